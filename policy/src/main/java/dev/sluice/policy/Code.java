package dev.sluice.policy;

/**
 * The stable codes of findings, as errors, events and conditions carry them. The reference is
 * generated from here. A code is never given a second meaning.
 */
public enum Code {
  /** DDL outside a grant with {@code schemaChanges: Allowed}. */
  SCHEMA_CHANGES(
      "SLU-S01",
      "Schema changes are not part of the grant",
      "The statement makes, changes or removes a definition, or gives or takes privileges, and the"
          + " DatabaseAccess has schemaChanges: None. Temporary tables may be made; to index,"
          + " change or drop one, name it with its schema: pg_temp.staging.",
      "Run migrations with a DatabaseAccess that has schemaChanges: Allowed."),

  /** A statement that would make a session act as somebody else. */
  SESSION_IDENTITY(
      "SLU-S02",
      "A session keeps its identity",
      "Each session runs as the grant's own role, and evidence names it. The statement would change"
          + " the role of the session, or a role itself: SET ROLE, SET SESSION AUTHORIZATION, a"
          + " set_config of them or of a setting that the text does not tell, CREATE, ALTER or DROP"
          + " ROLE.",
      "Leave the role as it is; ask for a DatabaseAccess of its own for other privileges."),

  /** Files, programs and libraries of the database server. */
  SERVER_ACCESS(
      "SLU-S03",
      "The server's files and programs are out of reach",
      "The statement reads or writes files of the database server, runs a program there, loads a"
          + " library or connects from there to another server.",
      "Use COPY ... FROM STDIN and COPY ... TO STDOUT (in psql \\copy), which go through the"
          + " connection."),

  /** Replication. */
  REPLICATION(
      "SLU-S04",
      "Replication is not part of a grant",
      "Replication slots, publications, subscriptions and decoding deliver whole tables past every"
          + " mask and row filter.",
      "Read the tables of the grant with SELECT."),

  /** The ready rule no-drop. */
  NO_DROP(
      "SLU-S05",
      "DROP is not allowed",
      "The ready-made rule no-drop refuses every DROP, of an object and of a column.",
      "Ask the owners of the policy to remove the object."),

  /** The ready rule no-truncate. */
  NO_TRUNCATE(
      "SLU-S06",
      "TRUNCATE is not allowed",
      "The ready-made rule no-truncate refuses every TRUNCATE.",
      "Delete with a WHERE that names the rows."),

  /** The ready rule no-mass-delete. */
  NO_MASS_DELETE(
      "SLU-S07",
      "DELETE without a WHERE is not allowed",
      "The ready-made rule no-mass-delete refuses a DELETE whose WHERE is missing or true for every"
          + " row.",
      "Add a WHERE that names the rows."),

  /** The ready rule no-mass-update. */
  NO_MASS_UPDATE(
      "SLU-S08",
      "UPDATE without a WHERE is not allowed",
      "The ready-made rule no-mass-update refuses an UPDATE whose WHERE is missing or true for"
          + " every row.",
      "Add a WHERE that names the rows."),

  /** The ready rule no-opaque. */
  NO_OPAQUE(
      "SLU-S09",
      "The text must tell what the statement does",
      "The ready-made rule no-opaque refuses statements whose effect their text does not tell: DO,"
          + " CALL, EXECUTE of a text made at run time, and calls of functions that PostgreSQL"
          + " itself does not bring.",
      "Write the statements themselves."),

  /** The ready rule no-unknown. */
  NO_UNKNOWN(
      "SLU-S10",
      "The statement was not understood",
      "The ready-made rule no-unknown refuses texts that the parser did not understand or that are"
          + " too long for it.",
      "Correct the statement, or split it into shorter ones."),

  /** A rule that this gate does not know. */
  UNKNOWN_RULE(
      "SLU-S11",
      "A rule is not known to this gate",
      "The bundle names a ready-made rule that this version of the gate does not have. It is taken"
          + " as matching, so that a rule never goes unheeded.",
      "Bring the gate to the version of the control plane by restarting the pod."),

  /** A client encoding in which a text cannot be read safely. */
  CLIENT_ENCODING(
      "SLU-S12",
      "This client encoding is not supported",
      "In this encoding the bytes of a character can be those of quotes and backslashes, so that a"
          + " statement could be read in two ways.",
      "Use client_encoding UTF8."),

  /** A rule whose outcome is RequireApproval. */
  APPROVAL_REQUIRED(
      "SLU-S13",
      "The statement needs an approval",
      "A rule lets such statements run only after somebody has approved them. Approvals cannot be"
          + " asked for yet, so the statement is refused.",
      "Ask the owners of the policy to run it, or to change the rule for the time of the work."),

  /** The ready rule no-ddl. */
  NO_DDL(
      "SLU-S14",
      "Schema changes are not allowed",
      "The ready-made rule no-ddl refuses every statement that makes, changes or removes a"
          + " definition, or gives or takes privileges, even where the DatabaseAccess has"
          + " schemaChanges: Allowed. Temporary tables may be made.",
      "Ask the owners of the policy when schema changes may be made."),

  /** A rule with a condition of its own. */
  RULE(
      "SLU-S15",
      "A rule of a policy matches the statement",
      "A GuardrailPolicy has a rule with a condition, and the statement meets it. The rule is named"
          + " in the error and in the event.",
      "Write the statement so that the rule does not match, or ask the owners of the policy."),

  /** A rule whose condition has no value. */
  RULE_NOT_EVALUATED(
      "SLU-S16",
      "A rule could not be evaluated",
      "The condition of a rule could not be read, or has no value for this statement: a number is"
          + " too large, a key is not there, or it takes too long. The rule counts as one that"
          + " matches, so that a rule never goes unheeded.",
      "Have the owners of the policy correct the rule; its condition Ready says what is wrong with"
          + " one that cannot be read."),

  /** The ready rule no-locks. */
  NO_LOCKS(
      "SLU-S17",
      "Statements that keep others waiting are not allowed",
      "The ready-made rule no-locks refuses statements that keep writers out of a whole table while"
          + " they run: LOCK in such a mode, an ALTER TABLE that writes or reads the whole table,"
          + " CREATE INDEX and REINDEX without CONCURRENTLY, CLUSTER, VACUUM FULL and a REFRESH"
          + " MATERIALIZED VIEW without CONCURRENTLY.",
      "Use CONCURRENTLY where there is one, add a constraint as NOT VALID and validate it later, or"
          + " do it in a maintenance window."),

  /** More rows than a rule lets a statement return. */
  ROW_LIMIT(
      "SLU-S26",
      "The statement returned more rows than it may",
      "A rule of a GuardrailPolicy with the outcome Limit says how many rows a statement may return"
          + " (limit.rows), counted over all pieces in which a portal or a cursor is read. Those"
          + " within the limit were sent, the statement was stopped at the first one beyond, and"
          + " its transaction failed as with any error. Where the error says that it had ended"
          + " already, outside a transaction, what it changed stays.",
      "Add a LIMIT or a WHERE, or aggregate in the database; or ask the owners of the policy."),

  /** A statement that ran for longer than a rule lets it. */
  TIME_LIMIT(
      "SLU-S27",
      "The statement ran for longer than a rule allows",
      "A rule of a GuardrailPolicy with the outcome Limit says for how long a statement may run"
          + " (limit.time). The gate had it cancelled.",
      "Make the statement faster, or ask the owners of the policy."),

  /** More statements at one time than a rule allows. */
  CONCURRENCY_LIMIT(
      "SLU-S28",
      "Too many such statements run at one time",
      "A rule of a GuardrailPolicy with the outcome Limit says how many sessions of one gate may"
          + " run such statements at one time (limit.concurrentStatements), and so many do.",
      "Try again when one of them has ended, or lower how many the application runs at one time."),

  /** A change of more rows than a rule allows. */
  BLAST_RADIUS(
      "SLU-S29",
      "The statement would change too many rows",
      "The ready-made rule blast-radius has the gate ask the server, before the statement runs, how"
          + " many rows it expects an UPDATE, DELETE, MERGE or INSERT ... SELECT to touch"
          + " (EXPLAIN), and they are more than its limit.rows. That is an estimate by the"
          + " statistics of the tables.",
      "Change fewer rows at a time, by a narrower WHERE; after large changes have the tables"
          + " analysed."),

  /** A change of which nobody knows how many rows it touches. */
  BLAST_RADIUS_UNKNOWN(
      "SLU-S30",
      "How many rows the statement would change is not known",
      "The ready-made rule blast-radius asks the server how many rows a statement would touch, and"
          + " the server did not tell: the statement cannot be explained, its text or its values"
          + " are too long for the gate to keep, or EXPLAIN failed. It counts as too many.",
      "Send the statement in a message of its own, with its values in shorter parts."),

  /** A result with what a masking policy refuses to have sent. */
  DETECTED(
      "SLU-S31",
      "The result has data that may not be sent",
      "A rule of a MaskingPolicy has the gate look into texts (detect) for personal data or"
          + " secrets, with the action Refuse, and a value of the result has some, or the row is"
          + " too large for the gate to look at it before it is sent. That row and those behind it"
          + " were not sent, the statement was stopped, and its transaction failed as with any"
          + " error. Where the error says that it had ended already, outside a transaction, what it"
          + " changed stays.",
      "Leave the column out, or read fewer rows; or ask the owners of the policy, who may choose"
          + " Redact."),

  /** No session, since the grant has ended. */
  GRANT_ENDED(
      "SLU-G01",
      "The grant has ended",
      "The DatabaseAccess was deleted, has expired or was suspended.",
      "Ask for a new DatabaseAccess, or have it prolonged (spec.expiresAt)."),

  /** No session, since the gate has no bundle or no credential. */
  NOT_READY(
      "SLU-G02",
      "The gate is not ready",
      "The gate has not got its bundle or its credential from the control plane.",
      "See the log of the container sluice-gate and the conditions of the DatabaseAccess."),

  /** A start-up message that asks for another database. */
  OTHER_DATABASE(
      "SLU-G03",
      "This gate leads to one database",
      "The client asked for a database that the grant is not for.",
      "Leave the database out, or name the one of the grant."),

  /** A start-up parameter that is not passed on. */
  STARTUP_PARAMETER(
      "SLU-G04",
      "A start-up parameter is refused",
      "The client asked at start-up for another role, for replication, or with options that cannot"
          + " be read.",
      "Remove the parameter from the connection string."),

  /** Too many sessions. */
  TOO_MANY_SESSIONS(
      "SLU-G05",
      "Too many sessions",
      "The gate has as many open sessions as the DatabaseAccess allows (spec.sessions.max).",
      "Make the connection pool smaller, or have spec.sessions.max raised."),

  /** A session without traffic. */
  IDLE_TIMEOUT(
      "SLU-G06",
      "The session was idle for too long",
      "The session had no statement for longer than the DatabaseAccess allows"
          + " (spec.sessions.idleTimeout).",
      "Connect again; let the connection pool close idle connections earlier."),

  /** No endpoint could be reached, or the one in use is gone. */
  SERVER_UNREACHABLE(
      "SLU-G07",
      "The database server cannot be reached",
      "None of the Database's endpoints accepted a connection as a primary, or the one that a"
          + " session was with acknowledges nothing any more.",
      "See the conditions of the Database and the network between the pod and it."),

  /**
   * The server did not accept the gate's credential, or asked for one in a way that is not safe.
   */
  SERVER_LOGIN(
      "SLU-G08",
      "The database server did not accept the gate",
      "The server refused the short-lived credential, or asked for it in a way that would show it"
          + " to others.",
      "See the conditions of the DatabaseAccess; the gate asks for a new credential by itself."),

  /** TLS to the server could not be had as configured. */
  SERVER_TLS(
      "SLU-G09",
      "TLS to the database server failed",
      "The server does not offer TLS, or its certificate is not the one that the Database asks"
          + " for.",
      "Correct spec.tls of the Database, or the server's certificate."),

  /** A prepared statement of before a change of the grant. */
  STATEMENT_STALE(
      "SLU-G10",
      "The statement must be prepared again",
      "The columns that the grant shows changed after the statement was prepared.",
      "Prepare it again; most drivers do so by themselves."),

  /** The gate is going away. */
  SHUTTING_DOWN(
      "SLU-G11", "The gate is shutting down", "The pod is being stopped.", "Connect again."),

  /** A peer that does not keep to the protocol. */
  PROTOCOL(
      "SLU-G12",
      "The message is not one of the protocol",
      "A message had a length or a form that the protocol does not allow, or the client took too"
          + " long to say what it wants.",
      "Check that the client and the server speak PostgreSQL's protocol 3 and that nothing changes"
          + " their bytes."),

  /** A statement that ran for too long. */
  STATEMENT_TIMEOUT(
      "SLU-G13",
      "The statement ran for too long",
      "The statement ran for longer than the DatabaseAccess allows"
          + " (spec.sessions.statementTimeout).",
      "Make the statement faster, or have spec.sessions.statementTimeout raised."),

  /** More prepared statements than the gate has memory for. */
  TOO_MANY_STATEMENTS(
      "SLU-G14",
      "Too many prepared statements",
      "The sessions of the gate hold more texts and names of prepared statements than it has memory"
          + " for.",
      "Close statements that are not needed, lower how many the driver keeps, or put values into"
          + " parameters rather than into texts."),

  /** Events that were not kept. */
  EVENTS_DROPPED(
      "SLU-G20",
      "Events were dropped",
      "The spool of a gate was full, and the Database says that statements go on then"
          + " (spec.evidence.whenFull: Drop). The event tells how many events are missing and from"
          + " when to when.",
      "See why the ledger did not take events or the disk was full; give the gate a larger spool"
          + " (the chart's gate.spoolSize), or have statements wait (spec.evidence.whenFull:"
          + " Block)."),

  /** A workload that names the address of a governed database. */
  DIRECT_CONNECTION(
      "SLU-W01",
      "The workload goes around the gate",
      "A variable, an argument, a command, a probe, a mounted file or a host alias of the workload"
          + " names an address of a governed database, or takes its administrator's Secret.",
      "Leave the address out and give the pods the label sluice.dev/access."),

  /** Content that was to be looked at and could not be. */
  UNCHECKED_CONTENT(
      "SLU-W02",
      "A Secret or ConfigMap could not be looked at",
      "The pod refers to an object that does not exist yet or could not be read, so that a"
          + " connection string in it would not be seen.",
      "Create the object before the pod; whatever made the pod tries again by itself."),

  /** A reference that looks like a database credential and is not followed. */
  UNSEEN_CREDENTIAL(
      "SLU-W03",
      "A reference looks like a database credential",
      "By its name, a Secret, a ConfigMap or a variable that is taken from one holds how a database"
          + " is reached. The webhook is set up not to look into it.",
      "Where it leads to a governed database, leave it out and ask for a DatabaseAccess."),

  /** A pod in the node's network. */
  HOST_NETWORK(
      "SLU-W04",
      "The pod shares the node's network",
      "Network policies do not hold for pods with hostNetwork, and a gate in such a pod would"
          + " answer every process of the node.",
      "Remove hostNetwork."),

  /** A workload that brings parts of a gate. */
  GATE_PRESET(
      "SLU-W05",
      "The workload brings what belongs to the gate",
      "A container named sluice-gate, a volume of the gate's or the annotation of the injection"
          + " stands in the workload already. Admission alone puts them in.",
      "Remove them and ask for the gate with the label sluice.dev/access."),

  /** A gate that is not as admission makes it. */
  GATE_CHANGED(
      "SLU-W06",
      "The gate was changed",
      "The gate's container or volumes are missing, not first, or not as admission puts them in; or"
          + " what the gate was made for is changed on a pod that exists.",
      "Leave the gate as it is; change the label in the template, so that new pods are made."),

  /** Something that reaches into a gate. */
  GATE_EXPOSED(
      "SLU-W07",
      "Something reaches into the gate",
      "A container mounts the gate's token or evidence, or the directory of its sockets without"
          + " readOnly, shares its processes or runs as its user, or a volume projects a token that"
          + " only gates have. Or a person would enter the gate's container, or reach its port from"
          + " outside the pod with kubectl port-forward.",
      "Remove it: the gate's token, evidence, sockets and process belong to no other container."
          + " Instead of forwarding a port of a pod that has a gate, reach it through its"
          + " Service."),

  /** A label that names an access which is not there. */
  ACCESS_UNKNOWN(
      "SLU-W08",
      "There is no such DatabaseAccess",
      "The pod asks for a DatabaseAccess that its namespace does not have.",
      "Correct the name, or create the DatabaseAccess."),

  /** A pod whose service account is not meant by the access. */
  ACCESS_NOT_SUBJECT(
      "SLU-W09",
      "The service account may not have the access",
      "The pod asks for a DatabaseAccess whose subjects do not include its service account.",
      "Use a service account that is a subject, or add it to spec.subjects."),

  /** An access that is over. */
  ACCESS_EXPIRED(
      "SLU-W10",
      "The DatabaseAccess has expired",
      "The pod asks for a DatabaseAccess whose spec.expiresAt is past.",
      "Have spec.expiresAt prolonged."),

  /** An access to nothing. */
  ACCESS_WITHOUT_DATABASE(
      "SLU-W11",
      "The Database of the DatabaseAccess does not exist",
      "The pod asks for a DatabaseAccess whose spec.databaseRef names no Database.",
      "Correct spec.databaseRef, or create the Database."),

  /** A label or annotation that cannot be read. */
  ACCESS_MALFORMED(
      "SLU-W12",
      "What the pod asks for cannot be read",
      "The annotation sluice.dev/also names too many accesses, sluice.dev/socket is neither"
          + " \"true\" nor \"false\", or one of them stands without the label sluice.dev/access.",
      "Name the first access in the label and further ones, separated by commas, in the annotation"
          + " sluice.dev/also; write sluice.dev/socket: \"true\" for Unix sockets beside the"
          + " ports."),

  /** Content that a pod starts without and that may be made later. */
  LATER_CONTENT(
      "SLU-W13",
      "An optional Secret or ConfigMap does not exist yet",
      "The pod starts without it. When it is made later, containers that start after that have what"
          + " it holds, and admission does not see them again.",
      "Create the object before the pod, or leave the reference out."),

  /** A pod that runs without its gate. */
  GATE_MISSING(
      "SLU-W20",
      "The pod runs without the gate that it asks for",
      "The pod has the label sluice.dev/access and no gate: it was created while the webhook was"
          + " away, or before Sluice was installed.",
      "Have its controller make it anew, such as with kubectl rollout restart; or have"
          + " spec.gates.missing: Evict of the EnforcementPolicy do it."),

  /** A pod that runs with another gate than a new one gets. */
  GATE_OUTDATED(
      "SLU-W21",
      "The pod runs with an outdated gate",
      "The pod's gate is of another version, or has other settings, than a new pod gets.",
      "Have its controller make it anew, such as with kubectl rollout restart; or have"
          + " spec.gates.outdated: Roll of the EnforcementPolicy do it."),

  /** A person in a pod with an access, or in a database's own. */
  ENTERED(
      "SLU-W30",
      "Somebody enters a pod that has an access, or a governed database's own pod",
      "With kubectl exec, attach or debug a person acts in a container whose gate lets it into a"
          + " database, and the gate sees the pod and not the person. In a pod of the database"
          + " itself, also with kubectl port-forward, a person is past every gate and the network's"
          + " wall. spec.exec of the EnforcementPolicy that chooses the pod's namespace says"
          + " whether that is recorded with the person's name or refused.",
      "Look at the logs (kubectl logs) and events, or work in a pod without the label"
          + " sluice.dev/access; or have the owners of the EnforcementPolicy change spec.exec."),

  /** A namespace whose labels take it out of an enforcement policy. */
  NAMESPACE_LEAVES(
      "SLU-W31",
      "The namespace would leave enforcement",
      "EnforcementPolicies choose namespaces by their labels. The change of labels would take the"
          + " namespace out of one, or out of sight of the webhook (the chart's"
          + " webhook.namespaceSelector), and who makes it may not change that policy.",
      "Keep the labels, or ask somebody who may update enforcementpolicies.sluice.dev."),

  /** A change of how the webhook is called. */
  WEBHOOK_GUARDED(
      "SLU-W32",
      "The webhook's configuration is guarded",
      "The MutatingWebhookConfiguration and the ValidatingWebhookConfiguration sluice are changed"
          + " and deleted by those who may change what they enforce, and by nobody else.",
      "Change the chart's values as somebody who may update enforcementpolicies.sluice.dev."),

  /** A pod that reaches its node. */
  NODE_ACCESS(
      "SLU-W33",
      "The pod reaches its node",
      "A privileged container, the node's processes or IPC, a directory of the kubelet, of the"
          + " container runtime or of the system, or a capability such as SYS_ADMIN leads to the"
          + " node. From there all gates of the node can be looked into, and their credentials"
          + " used.",
      "Remove it; run what needs the node in a namespace for node agents that is not enforced, or"
          + " have an exception made in the EnforcementPolicy."),

  /** A pod that captures or forges packets. */
  NETWORK_CAPABILITY(
      "SLU-W34",
      "The pod can capture or forge packets",
      "With NET_ADMIN or NET_RAW a container reads what an application and its gate say to each"
          + " other, takes the gate's port, or sends with another pod's address past a"
          + " NetworkPolicy.",
      "Drop the capability. Where a service mesh needs it in every pod, use its CNI plugin, or give"
          + " the finding NetworkCapability the mode Warn."),

  /** A pod that no scheduler placed. */
  UNSCHEDULED(
      "SLU-W35",
      "The pod is put on a node past the scheduler",
      "With spec.nodeName a pod runs on a node of its maker's choice, also on one that taints keep"
          + " for others, such as that of a database; and a static pod runs whatever admission"
          + " says, its mirror in the API is only a picture of it.",
      "Use nodeSelector, affinity and tolerations. Static pods are made by who is root on the node:"
          + " have them moved to kube-system or removed."),

  /** A pod of another runtime. */
  RUNTIME_CLASS(
      "SLU-W36",
      "The pod asks for a runtime of its own",
      "Whether containers of the pod are kept apart, share one loopback address and meet"
          + " NetworkPolicies is the affair of the runtime that a RuntimeClass names, and Sluice"
          + " cannot see it.",
      "Leave runtimeClassName out; where the runtime is known to do these, give the finding"
          + " RuntimeClass the mode Audit, or have an exception made."),
  /** A bearer token that the control plane does not accept. */
  TOKEN_NOT_ACCEPTED(
      "SLU-C01",
      "The token is not accepted",
      "The control API takes bearer tokens of this cluster with the audience sluice. The token is"
          + " missing, has expired, is of another audience, or belongs to a pod that is gone.",
      "Mount a projected serviceAccountToken with audience sluice, as the injected gate has it;"
          + " people use kubectl create token NAME --audience sluice."),

  /** A service account that an access does not name. */
  NOT_A_SUBJECT(
      "SLU-C02",
      "The service account is not a subject of the access",
      "The DatabaseAccess does not list the pod's service account in spec.subjects, or is in"
          + " another namespace.",
      "Add {kind: ServiceAccount, name: ...} to spec.subjects of the DatabaseAccess, or run the pod"
          + " as a service account that it lists."),

  /** A pod that does not carry the label of the access. */
  POD_DOES_NOT_ASK(
      "SLU-C03",
      "The pod does not ask for the access",
      "Neither the label sluice.dev/access nor the annotation sluice.dev/also of the pod names the"
          + " DatabaseAccess.",
      "Set the label sluice.dev/access in the pod template."),

  /** A token that is not bound to the pod that it is used for. */
  NOT_THE_POD(
      "SLU-C04",
      "The token is not of this pod",
      "The token is not bound to a pod, or the pod that it is bound to does not exist any more, was"
          + " made anew under the same name, or is not the one that the request speaks of.",
      "Use the token that is projected into the pod itself."),

  /** No such DatabaseAccess. */
  ACCESS_NOT_FOUND(
      "SLU-C05",
      "There is no such access",
      "No DatabaseAccess has this namespace and name.",
      "Check the label sluice.dev/access of the pod, or create the DatabaseAccess."),

  /** A DatabaseAccess that is not Ready. */
  ACCESS_NOT_READY(
      "SLU-C06",
      "The access is not ready",
      "The DatabaseAccess exists, and the control plane could not give it, or has not done so yet.",
      "See its conditions: kubectl describe databaseaccess NAME."),

  /** No connection to the database for a credential. */
  DATABASE_AWAY(
      "SLU-C07",
      "The control plane cannot reach the database",
      "A credential is made in the database itself, and the control plane could not do so now.",
      "See the conditions of the Database; the gate tries again by itself."),

  /** No connection to the ledger. */
  LEDGER_AWAY(
      "SLU-C08",
      "The ledger cannot be reached",
      "Evidence is kept in a PostgreSQL of the control plane's own, which does not answer. Gates"
          + " keep their events meanwhile.",
      "See the pod sluice-ledger, or the external ledger that sluice.ledger.url names."),

  /** Events that speak of another pod. */
  EVENTS_OF_ANOTHER_POD(
      "SLU-C09",
      "The events are of another pod",
      "Namespace, service account, pod and pod UID of each event must be those of the token, and a"
          + " chain belongs to the pod that began it.",
      "Post events with the token of the pod that they are of."),

  /** A request that cannot be understood. */
  BAD_REQUEST(
      "SLU-C10",
      "The request cannot be understood",
      "A parameter or the body does not have the form that the control API reads.",
      "See the detail for what was expected."),

  /** A replica that does not lead. */
  NOT_LEADING(
      "SLU-C11",
      "This replica does not lead",
      "Of several replicas of the operator one does the work, and another answered.",
      "Connect again; the gate does so by itself."),

  /** A path that the control API does not have. */
  NO_SUCH_ENDPOINT(
      "SLU-C12",
      "There is no such endpoint",
      "The control API has POST /v1/credentials, GET /v1/bundle, POST /v1/events, GET /v1/events"
          + " and GET /v1/suggestions.",
      "Use one of these."),

  /** Somebody who may not read events. */
  EVENTS_NOT_PERMITTED(
      "SLU-C13",
      "Reading events is not permitted",
      "The evidence is read by those who have the verb get on the non-resource URL /v1/events.",
      "Ask an administrator for a ClusterRoleBinding to the ClusterRole sluice-events-viewer."),

  /** A fault of the control plane. */
  CONTROL_PLANE_FAULT(
      "SLU-C14",
      "The control plane failed",
      "Something went wrong that is not the fault of who asked.",
      "Try again; if it stays, see the log of the operator."),

  /** No connection to the API server. */
  CLUSTER_AWAY(
      "SLU-C15",
      "The control plane cannot reach the API server",
      "Who asks is verified by the Kubernetes API server, which does not answer or refuses the"
          + " operator.",
      "Try again; if it stays, see the log of the operator."),

  /** Somebody who may not see a Database. */
  SUGGESTIONS_NOT_PERMITTED(
      "SLU-C16",
      "Reading suggestions is not permitted",
      "What is proposed for the columns of a Database is read by those who may get that Database.",
      "Ask an administrator for a role in the Database's namespace, such as the ClusterRole view."),

  /** A Database into which nobody looks. */
  NOTHING_DISCOVERED(
      "SLU-C17",
      "Nothing was discovered",
      "There is no such Database, it has no spec.discovery or mode Off, or nobody has looked into"
          + " it since the operator began.",
      "Set spec.discovery of the Database to {mode: Suggest}; see its conditions, and try again.");

  private final String code;
  private final String title;
  private final String explanation;
  private final String remedy;

  Code(String code, String title, String explanation, String remedy) {
    this.code = code;
    this.title = title;
    this.explanation = explanation;
    this.remedy = remedy;
  }

  /**
   * The code itself, such as {@code SLU-S01}: S for statements, G for sessions at the gate, W for
   * workloads, C for requests to the control plane.
   */
  public String code() {
    return code;
  }

  /** One line without a full stop. */
  public String title() {
    return title;
  }

  /** What it means, in whole sentences. */
  public String explanation() {
    return explanation;
  }

  /** What to do next, in whole sentences. */
  public String remedy() {
    return remedy;
  }
}
