#include "store/schema.hpp"

#include "store/jobs_sql.hpp"
#include "store/journal_sql.hpp"

namespace orch {
namespace {

constexpr const char* kText = "TEXT NOT NULL DEFAULT ''";
constexpr const char* kCount = "INTEGER NOT NULL DEFAULT 0";
constexpr const char* kMaybe = "INTEGER";
// AUTOINCREMENT: an id is a name that people and branches keep, so it is never given twice.
constexpr const char* kId = "INTEGER PRIMARY KEY AUTOINCREMENT";
constexpr const char* kTask = "INTEGER REFERENCES tasks(id)";

TableDef meta() {
    return {"schema_meta", {{"key", "TEXT PRIMARY KEY"}, {"value", kText}}, "", "WITHOUT ROWID"};
}

TableDef projects() {
    return {"projects",
            {{"name", "TEXT PRIMARY KEY"}, {"repository", kText}, {"created_at", kCount}},
            "",
            "WITHOUT ROWID"};
}

TableDef tasks() {
    return {"tasks",
            {{"id", kId},
             {"project", kText},
             {"title", kText},
             {"description", kText},
             {"stage", kText},
             {"state", "TEXT NOT NULL DEFAULT 'active'"},
             {"version", kCount},
             {"visit", kCount},
             {"reason", kText},
             {"feedback", kText},
             {"progress", "TEXT NOT NULL DEFAULT '{}'"},
             {"blocked_job", kMaybe},
             {"blocked_attempt", kMaybe},
             {"merge_sha", kText},
             {"deployed_version", kText},
             {"created_by", kText},
             {"idempotency_key", "TEXT"},
             {"tracker_key", "TEXT"},
             {"created_at", kCount},
             {"stage_since", kCount},
             {"changed_at", kCount}}};
}

TableDef jobs() {
    return {"jobs",
            {{"id", kId},
             {"task_id", kTask},
             {"project", kText},
             {"stage", kText},
             {"agent", kText},
             {"kind", "TEXT NOT NULL DEFAULT 'agent'"},
             {"lane", "TEXT NOT NULL DEFAULT 'agent'"},
             {"visit", kCount},
             {"payload", "TEXT NOT NULL DEFAULT '{}'"},
             {"priority", "INTEGER NOT NULL DEFAULT 100"},
             {"status", "TEXT NOT NULL DEFAULT 'queued'"},
             {"run_at", kMaybe},
             {"unique_key", "TEXT"},
             {"attempt", kCount},
             {"max_failures", kCount},
             {"failures", kCount},
             {"lost_count", kCount},
             {"pid", kMaybe},
             {"pid_start", kMaybe},
             {"boot_id", kText},
             {"pid_space", kText},
             {"created_at", kCount},
             {"started_at", kMaybe},
             {"awake_since", kMaybe},
             {"finished_at", kMaybe},
             {"deadline_at", kMaybe},
             {"cancel_requested", kCount},
             {"reason", kText},
             {"exit_code", kMaybe},
             {"artefact_hash", kText}}};
}

TableDef attempts() {
    return {"attempts",
            {{"job_id", "INTEGER NOT NULL REFERENCES jobs(id) ON DELETE CASCADE"},
             {"n", "INTEGER NOT NULL"},
             {"boot_id", kText},
             {"shim_pid", kMaybe},
             {"shim_start", kMaybe},
             {"pid", kMaybe},
             {"pid_start", kMaybe},
             {"started_at", kCount},
             {"ended_at", kMaybe},
             {"outcome", "TEXT"},
             {"exit_code", kMaybe},
             {"signal", kMaybe},
             {"detail", kText},
             {"artefact_hash", kText},
             {"confinement", kText},
             {"late", kCount}},
            ", PRIMARY KEY(job_id, n)",
            "WITHOUT ROWID"};
}

TableDef jobCounts() {
    return {"job_counts", {{"status", "TEXT PRIMARY KEY"}, {"n", kCount}}, "", "WITHOUT ROWID"};
}

TableDef verdicts() {
    return {"verdicts",
            {{"id", kId},
             {"task_id", kTask},
             {"stage", kText},
             {"visit", kCount},
             {"gate", kText},
             {"colour", kText},
             {"reason", kText},
             {"findings", "TEXT NOT NULL DEFAULT '[]'"},
             {"evidence", "TEXT NOT NULL DEFAULT '[]'"},
             {"needs", kText},
             {"head", kText},
             {"base", kText},
             {"artefact_hash", kText},
             {"definition", kText},
             {"at", kCount}}};
}

TableDef approvals() {
    return {"approvals",
            {{"id", kId},
             {"task_id", kTask},
             {"stage", kText},
             {"kind", kText},
             {"given_by", kText},
             {"approve", kCount},
             {"bound_to", kText},
             {"comment", kText},
             {"at", kCount}}};
}

TableDef deploys() {
    return {"deploys",
            {{"project", "TEXT NOT NULL"},
             {"number", "INTEGER NOT NULL"},
             {"task_id", kTask},
             {"sha", kText},
             {"state", kText},
             {"job_id", kMaybe},
             {"attempt", kCount},
             {"tries", kCount},
             {"command", kText},
             {"created_at", kCount},
             {"started_at", kMaybe},
             {"finished_at", kMaybe},
             {"exit_code", kMaybe},
             {"reason", kText},
             {"quarantined_at", kMaybe},
             {"quarantine_reason", kText},
             {"quarantine_lifted_at", kMaybe},
             {"quarantine_lifted_by", kText}},
            ", PRIMARY KEY(project, number)",
            "WITHOUT ROWID"};
}

TableDef inbox() {
    return {"inbox",
            {{"id", kId},
             {"source", kText},
             {"delivery_id", kText},
             {"content_key", kText},
             {"body_hash", kText},
             {"event", kText},
             {"body", "BLOB"},
             {"received_at", kCount},
             {"processed_at", kMaybe},
             {"tries", kCount},
             {"result", kText}}};
}

TableDef outbox() {
    return {"outbox",
            {{"id", kId},
             {"kind", kText},
             {"target", kText},
             {"subject", kText},
             {"text", kText},
             {"key", kText},
             {"tries", kCount},
             {"created_at", kCount},
             {"next_at", kCount},
             {"delivered_at", kMaybe},
             {"last_error", kText}}};
}

TableDef journal() {
    return {"journal",
            {{"seq", kId},
             {"at", kCount},
             {"actor", kText},
             {"subject", kText},
             {"rule", kText},
             {"decision", kText},
             {"evidence", "TEXT NOT NULL DEFAULT '[]'"},
             {"mode", "TEXT NOT NULL DEFAULT 'live'"}}};
}

TableDef pluginSwitches() {
    return {"plugin_switches",
            {{"name", "TEXT PRIMARY KEY"}, {"vote", kText}, {"set_by", kText}, {"at", kCount}},
            "",
            "WITHOUT ROWID"};
}

}  // namespace

const std::vector<TableDef>& schemaTables() {
    static const std::vector<TableDef> all{meta(),
                                           projects(),
                                           tasks(),
                                           jobs(),
                                           attempts(),
                                           jobCounts(),
                                           verdicts(),
                                           approvals(),
                                           deploys(),
                                           inbox(),
                                           outbox(),
                                           journal(),
                                           pluginSwitches()};
    return all;
}

// Partial: the cost of a claim depends on the live rows, never on the history. jobs_ready carries
// the project so that a fair claim steps from project to project instead of sorting the backlog.
const std::vector<IndexDef>& schemaIndexes() {
    static const std::vector<IndexDef> all{
        {"jobs_ready", "jobs(lane, priority, project, id) WHERE status='queued'"},
        {"jobs_due", "jobs(run_at) WHERE status='scheduled'"},
        {"jobs_running", "jobs(lane, project) WHERE status='running'"},
        {"jobs_unique",
         "jobs(unique_key) WHERE status IN ('scheduled','queued','running') "
         "AND unique_key IS NOT NULL",
         true},
        {"jobs_live", "jobs(task_id) WHERE status IN ('scheduled','queued','running')"},
        {"jobs_done", "jobs(finished_at) WHERE finished_at IS NOT NULL"},
        {"jobs_task", "jobs(task_id, id) WHERE task_id IS NOT NULL"},
        {"tasks_active", "tasks(id) WHERE state='active'"},
        {"tasks_blocked", "tasks(blocked_job) WHERE blocked_job IS NOT NULL"},
        {"tasks_idempotency", "tasks(idempotency_key) WHERE idempotency_key IS NOT NULL", true},
        {"tasks_tracker", "tasks(tracker_key) WHERE tracker_key IS NOT NULL", true},
        {"jobs_base_check", "jobs(project, id) WHERE kind='base_check'"},
        {"jobs_deploying", "jobs(project, priority, id) WHERE " ORCH_DEPLOYING},
        {"deploys_task", "deploys(task_id, number) WHERE task_id IS NOT NULL"},
        {"deploys_deployed", "deploys(project, finished_at, number) WHERE state='deployed'"},
        {"deploys_quarantined",
         "deploys(project, sha) WHERE quarantined_at IS NOT NULL AND quarantine_lifted_at IS NULL"},
        {"verdicts_task", "verdicts(task_id, id)"},
        {"approvals_task", "approvals(task_id, stage, kind, id)"},
        {"inbox_waiting", "inbox(id) WHERE processed_at IS NULL"},
        {"inbox_delivery", "inbox(source, delivery_id)", true},
        {"inbox_content", "inbox(source, content_key)"},
        {"outbox_due", "outbox(next_at) WHERE delivered_at IS NULL"},
        {"outbox_done", "outbox(delivered_at) WHERE delivered_at IS NOT NULL"},
        {"inbox_done", "inbox(processed_at) WHERE processed_at IS NOT NULL AND body IS NOT NULL"},
        {"outbox_key", "outbox(key) WHERE key<>''", true},
        {"journal_subject", "journal(subject, seq)"},
        {"journal_actor", "journal(" ORCH_ACTOR_STEM ", seq)"}};
    return all;
}

// Counting by triggers (ADR 0005) cannot be forgotten by a writer, not even by an older release.
const std::vector<TriggerDef>& schemaTriggers() {
    static const std::vector<TriggerDef> all{
        {"jobs_counted_in",
         "AFTER INSERT ON jobs BEGIN "
         "UPDATE job_counts SET n=n+1 WHERE status=NEW.status; END"},
        {"jobs_counted_over",
         "AFTER UPDATE OF status ON jobs WHEN OLD.status<>NEW.status BEGIN "
         "UPDATE job_counts SET n=n-1 WHERE status=OLD.status; "
         "UPDATE job_counts SET n=n+1 WHERE status=NEW.status; END"},
        {"jobs_counted_out",
         "AFTER DELETE ON jobs BEGIN "
         "UPDATE job_counts SET n=n-1 WHERE status=OLD.status; END"},
        {"journal_append_only",
         "BEFORE UPDATE ON journal BEGIN "
         "SELECT RAISE(ABORT, 'the journal is append-only'); END"}};
    return all;
}

}  // namespace orch
