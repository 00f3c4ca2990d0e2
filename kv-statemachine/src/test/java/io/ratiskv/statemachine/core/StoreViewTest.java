package io.ratiskv.statemachine.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StoreViewTest {
  private static final int WRITES_BESIDE = 6_000;
  private static final int STEP = 20;

  private final Store store = new Store();

  @Test
  void whatIsPutAfterTheViewWasTakenIsNotInIt() {
    put("a", "1");
    StoreView view = store.view();
    put("a", "2");
    put("a", "3");
    assertThat(contents(view)).containsExactly(Map.entry("a", "1"));
    assertThat(contents(store)).containsExactly(Map.entry("a", "3"));
  }

  @Test
  void whatIsAppendedAfterTheViewWasTakenIsNotInIt() {
    append("a", "1");
    append("a", "2");
    StoreView view = store.view();
    append("a", "3");
    append("a", "4".repeat(1000));
    assertThat(contents(view)).containsExactly(Map.entry("a", "12"));
  }

  @Test
  void keysThatComeAfterTheViewWasTakenAreNotInIt() {
    put("b", "1");
    StoreView view = store.view();
    put("a", "before it");
    append("c", "behind it");
    put("c", "again");
    assertThat(contents(view)).containsExactly(Map.entry("b", "1"));
    assertThat(view.keys()).isEqualTo(1);
    assertThat(view.bytes()).isEqualTo(2);
    assertThat(store.keys()).isEqualTo(3);
  }

  @Test
  void versionsInAViewAreThoseOfItsMoment() {
    store.put(Bytes.utf8("a"), Bytes.utf8("1"), 7);
    List<Long> versions = new ArrayList<>();
    StoreView view = store.view();
    store.put(Bytes.utf8("a"), Bytes.utf8("1"), 8);
    view.forEach((key, value) -> versions.add(value.version()));
    assertThat(versions).containsExactly(7L);
  }

  @Test
  void aRefusedAppendWhileAViewIsOpenDoesNoHarm() {
    store.put(Bytes.utf8("a"), Bytes.wrap(new byte[1 << 20]), 1);
    StoreView view = store.view();
    append("a", "x");
    assertThat(contents(view).get("a")).hasSize(1 << 20);
  }

  @Test
  void writesInTheMiddleOfAWalkDoNotShowNeitherBehindNorAheadOfIt() {
    for (int i = 10; i < 100; i++) {
      put("k" + i, "old");
    }
    Map<String, String> expected = contents(store);
    Map<String, String> seen = new TreeMap<>();
    StoreView view = store.view();
    view.forEach(
        (key, value) -> {
          seen.put(text(key), value.toByteString().toStringUtf8());
          int at = Integer.parseInt(text(key).substring(1));
          put("k" + (109 - at), "new");
          append("k" + at, "er");
          append("k" + Math.min(99, at + 1), "est");
          put("k" + at + "a", "unseen");
        });
    assertThat(seen).isEqualTo(expected);
  }

  @Test
  void eachViewShowsItsOwnMoment() {
    List<StoreView> views = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      put("k" + i % 7, "" + i);
      views.add(store.view());
    }
    for (int i = 0; i < 50; i++) {
      assertThat(contents(views.get(i)))
          .hasSize(Math.min(7, i + 1))
          .containsEntry("k" + i % 7, "" + i);
    }
  }

  /**
   * A view, and what it has to show.
   *
   * @param written a permit for each write beside the view
   * @param walked released by the walker
   */
  private record Taken(
      StoreView view, Map<String, String> expected, Semaphore written, Semaphore walked) {}

  @Test
  void aWalkBesideAWriterThatGoesOnSeesTheStateOfItsMomentExactly() throws Exception {
    int views = 10;
    SynchronousQueue<Taken> taken = new SynchronousQueue<>();
    ExecutorService writing = Executors.newSingleThreadExecutor();
    try {
      Future<?> writer = writing.submit(() -> write(views, taken));
      for (int i = 0; i < views; i++) {
        Taken next = taken.poll(30, TimeUnit.SECONDS);
        if (next == null) {
          writer.get(1, TimeUnit.SECONDS);
          throw new AssertionError("the writer hands nothing over");
        }
        assertThat(walkBesideWrites(next.view(), next.written())).isEqualTo(next.expected());
        next.walked().release();
      }
      writer.get(30, TimeUnit.SECONDS);
    } finally {
      writing.shutdownNow();
    }
  }

  /** Writes without a pause: between the views, and while each is walked over. */
  private Void write(int views, SynchronousQueue<Taken> taken) throws InterruptedException {
    SplittableRandom random = new SplittableRandom(1);
    Map<String, String> model = new TreeMap<>();
    for (int i = 0; i < views; i++) {
      for (int j = 0; j < 1_000; j++) {
        writeOne(random, model);
      }
      Semaphore written = new Semaphore(0);
      Semaphore walked = new Semaphore(0);
      taken.put(new Taken(store.view(), new TreeMap<>(model), written, walked));
      for (int j = 0; j < WRITES_BESIDE; j++) {
        writeOne(random, model);
        written.release();
      }
      walked.acquire();
    }
    return null;
  }

  @Test
  void aKeyThatIsWrittenAtTheMomentItIsWalkedOverShowsItsOldValue() throws Exception {
    // The window is that of one write, some nanoseconds: many tries, a second long.
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    AtomicReference<@Nullable StoreView> offered = new AtomicReference<>();
    ExecutorService writing = Executors.newSingleThreadExecutor();
    try {
      Future<Integer> writer = writing.submit(() -> writeAtTheWalker(deadline, offered));
      int walks = 0;
      while (!writer.isDone()) {
        StoreView view = offered.get();
        if (view != null) {
          int then = walks;
          view.forEach((key, value) -> assertThat(value.version()).isEqualTo(then));
          walks++;
          offered.set(null);
        }
        Thread.onSpinWait();
      }
      assertThat(writer.get()).isEqualTo(walks);
    } finally {
      writing.shutdownNow();
    }
  }

  /** Round after round, writes all keys while a view of the last round is walked over. */
  private int writeAtTheWalker(long deadline, AtomicReference<@Nullable StoreView> offered) {
    Bytes value = Bytes.utf8("v");
    for (int i = 0; i < 20; i++) {
      store.put(Bytes.utf8("k" + (10 + i)), value, 0);
    }
    int round = 0;
    while (System.nanoTime() < deadline && !Thread.currentThread().isInterrupted()) {
      offered.set(store.view());
      round++;
      for (int i = 0; i < 20; i++) {
        store.put(Bytes.utf8("k" + (10 + i)), value, round);
      }
      while (offered.get() != null && !Thread.currentThread().isInterrupted()) {
        Thread.onSpinWait();
      }
    }
    return round;
  }

  private void writeOne(SplittableRandom random, Map<String, String> model) {
    String key = "k" + random.nextInt(3_000);
    String value = Integer.toString(random.nextInt(1_000));
    String old = model.getOrDefault(key, "");
    if (random.nextBoolean() && old.length() < 200) {
      append(key, value);
      model.put(key, old + value);
    } else {
      put(key, value);
      model.put(key, value);
    }
  }

  /** Walks, and at every tenth key waits until the writer has gone on. */
  private static Map<String, String> walkBesideWrites(StoreView view, Semaphore written)
      throws InterruptedException {
    Map<String, String> seen = new TreeMap<>();
    view.forEach(
        (key, value) -> {
          seen.put(text(key), value.toByteString().toStringUtf8());
          if (seen.size() % 10 == 0 && seen.size() / 10 * STEP <= WRITES_BESIDE) {
            written.acquire(STEP);
          }
        });
    return seen;
  }

  private void put(String key, String value) {
    store.put(Bytes.utf8(key), Bytes.utf8(value), 1);
  }

  private void append(String key, String value) {
    store.append(Bytes.utf8(key), Bytes.utf8(value), 1);
  }

  private static Map<String, String> contents(Store store) {
    StoreView view = store.view();
    return contents(view);
  }

  private static Map<String, String> contents(StoreView view) {
    Map<String, String> contents = new TreeMap<>();
    view.forEach((key, value) -> contents.put(text(key), value.toByteString().toStringUtf8()));
    return contents;
  }

  private static String text(Bytes key) {
    return new String(key.array(), UTF_8);
  }
}
