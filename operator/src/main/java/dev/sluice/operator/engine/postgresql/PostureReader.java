package dev.sluice.operator.engine.postgresql;

import dev.sluice.operator.engine.Posture;
import java.sql.SQLException;
import java.util.List;

/** Reads from the server's catalogues what is open beside Sluice. */
final class PostureReader {
  private final Session session;
  private final PostureQuestions questions;
  private boolean complete = true;

  /**
   * A reader.
   *
   * @param session where
   * @param request what is looked at
   * @param problems what could not be done before, a sentence each
   */
  PostureReader(Session session, Posture.Request request, List<String> problems) {
    this.session = session;
    this.questions = new PostureQuestions(session, request, problems);
  }

  private interface Question {
    void ask() throws SQLException;
  }

  Posture read() throws SQLException {
    session.run("SET statement_timeout = '30s'");
    DataPosture data = new DataPosture(questions);
    complete &= look("privileges of PUBLIC", data::publicGrants);
    complete &= look("rights of roles", data::loginRoles);
    complete &= look("roles that may create roles", data::roleCreators);
    complete &= look("functions", data::definerFunctions);
    ServerPosture server = new ServerPosture(questions);
    look("superusers", server::superusers);
    look("replication roles", server::replicationRoles);
    look("foreign tables", data::foreignTables);
    look("lines of pg_hba.conf", server::hostBasedAuthentication);
    look("setting ssl", server::plainConnections);
    look("settings of the log", server::statementLogging);
    look("sessions", server::otherSessions);
    return new Posture(questions.findings(), questions.unread(), complete);
  }

  private boolean look(String what, Question question) throws SQLException {
    try {
      question.ask();
      return true;
    } catch (SQLException e) {
      if (ServerErrors.disconnected(e)) {
        throw e;
      }
      questions.notRead(
          "Not looked at: %s. The server says: %s (SQLSTATE %s)."
              .formatted(what, ServerErrors.text(e), e.getSQLState()));
      return false;
    }
  }
}
