package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.MethodDescriptor;
import io.ratiskv.protocol.v1.AdminGrpc;
import io.ratiskv.protocol.v1.KvGrpc;
import io.ratiskv.protocol.v1.PeerGrpc;
import io.ratiskv.service.security.Role;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which calls the roles may make, of all that there are. */
class AuthenticationTest {
  private static List<String> calls(Role role) {
    return Stream.of(
            KvGrpc.getServiceDescriptor(),
            AdminGrpc.getServiceDescriptor(),
            PeerGrpc.getServiceDescriptor())
        .flatMap(service -> service.getMethods().stream())
        .filter(method -> Authentication.mayCall(role, method))
        .map(MethodDescriptor::getBareMethodName)
        .toList();
  }

  @Test
  void clientsConnectAndAskForTheStatus() {
    assertThat(calls(Role.CLIENT)).containsExactlyInAnyOrder("Connect", "GetStatus");
    assertThat(calls(Role.READ_ONLY)).containsExactlyInAnyOrder("Connect", "GetStatus");
  }

  @Test
  void serversAskAndChangeWhoTheMembersAre() {
    assertThat(calls(Role.PEER))
        .containsExactlyInAnyOrder(
            "AskTerm", "GetStatus", "GetFounding", "ListMembers", "AddMember", "RemoveMember");
  }

  @Test
  void anOperatorMayAllOfIt() {
    assertThat(calls(Role.ADMIN))
        .contains("Backup", "TransferLeadership", "TakeSnapshot", "ChangeParameters")
        .hasSize(
            KvGrpc.getServiceDescriptor().getMethods().size()
                + AdminGrpc.getServiceDescriptor().getMethods().size()
                + PeerGrpc.getServiceDescriptor().getMethods().size());
  }
}
