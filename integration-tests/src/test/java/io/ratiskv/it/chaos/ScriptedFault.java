package io.ratiskv.it.chaos;

import java.util.Random;

/** A fault of two pieces of code. */
final class ScriptedFault implements Fault {
  /** See {@link Fault#strike}. */
  interface Strike {
    String strike(Random random) throws Exception;
  }

  /** See {@link Fault#heal}. */
  interface Heal {
    boolean heal() throws Exception;
  }

  private final String name;
  private final Strike strike;
  private final Heal heal;

  ScriptedFault(String name, Strike strike, Heal heal) {
    this.name = name;
    this.strike = strike;
    this.heal = heal;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String strike(Random random) throws Exception {
    return strike.strike(random);
  }

  @Override
  public boolean heal() throws Exception {
    return heal.heal();
  }

  @Override
  public String toString() {
    return name;
  }
}
