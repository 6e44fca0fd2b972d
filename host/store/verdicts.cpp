#include "base/error.hpp"
#include "core/names.hpp"
#include "store/codec.hpp"
#include "store/tasks.hpp"

namespace orch {
namespace {

#define ORCH_VERDICT_COLUMNS                                                               \
    "task_id, stage, visit, gate, colour, reason, findings, evidence, needs, head, base, " \
    "artefact_hash, definition, at"

// A damaged verdict reads as unclear, the colour that never moves a task.
Colour readColour(const std::string& text) {
    return fromName<Colour>(text).value_or(Colour::kUnclear);
}

void readLists(const Statement& row, Verdict& verdict) {
    try {
        verdict.findings = decodeFindings(row.text(6), "verdicts row: findings");
        verdict.evidence = decodeEvidence(row.text(7), "verdicts row: evidence");
    } catch (const StoreError& error) {
        verdict.evidence.emplace_back("damaged", error.what());
    }
}

Verdict readVerdict(const Statement& row) {
    Verdict verdict;
    verdict.gate = row.text(3);
    verdict.colour = readColour(row.text(4));
    verdict.reason = row.text(5);
    readLists(row, verdict);
    verdict.needs = fromName<WorkKind>(row.text(8));
    return verdict;
}

VerdictRow readRow(const Statement& row) {
    return {.task = TaskId{row.integer(0)},
            .stage = row.text(1),
            .visit = static_cast<int>(row.integer(2)),
            .verdict = readVerdict(row),
            .head = row.text(9),
            .base = row.text(10),
            .artefact_hash = row.text(11),
            .definition = row.text(12),
            .at = fromMilliseconds(row.integer(13))};
}

}  // namespace

void recordVerdict(Tx& tx, const VerdictRow& row) {
    const auto& verdict = row.verdict;
    tx.db()
        .prepared("INSERT INTO verdicts(" ORCH_VERDICT_COLUMNS
                  ") VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(raw(row.task),
              row.stage,
              row.visit,
              verdict.gate,
              nameOf(verdict.colour),
              verdict.reason,
              encodeFindings(verdict.findings),
              encodeEvidence(verdict.evidence),
              verdict.needs ? nameOf(*verdict.needs) : std::string_view{},
              row.head,
              row.base,
              row.artefact_hash,
              row.definition,
              toMilliseconds(tx.at()))
        .run();
}

std::vector<VerdictRow> verdictsOf(Connection& db, TaskId task, int limit) {
    auto& query = db.prepared("SELECT " ORCH_VERDICT_COLUMNS
                              " FROM verdicts WHERE task_id=? ORDER BY id DESC LIMIT ?")
                      .bind(raw(task), limit);
    std::vector<VerdictRow> rows;
    while (query.step()) rows.push_back(readRow(query));
    return rows;
}

std::map<std::string, int> judgedStages(Connection& db, TaskId task) {
    auto& query =
        db.prepared("SELECT stage, MAX(visit) FROM verdicts WHERE task_id=? GROUP BY stage")
            .bind(raw(task));
    std::map<std::string, int> stages;
    while (query.step()) stages[query.text(0)] = static_cast<int>(query.integer(1));
    return stages;
}

std::string lastJudgedHead(Connection& db, TaskId task) {
    auto& query =
        db.prepared(
              "SELECT head FROM verdicts WHERE task_id=? AND head<>'' ORDER BY id DESC LIMIT 1")
            .bind(raw(task));
    return query.step() ? query.text(0) : std::string{};
}

void recordApproval(Tx& tx,
                    TaskId task,
                    const std::string& stage,
                    const std::string& kind,
                    const Approval& approval) {
    tx.db()
        .prepared(
            "INSERT INTO approvals(task_id, stage, kind, given_by, approve, bound_to, comment, at) "
            "VALUES(?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(raw(task),
              stage,
              kind,
              approval.by,
              approval.approve,
              approval.bound_to,
              approval.comment,
              toMilliseconds(tx.at()))
        .run();
}

namespace {

std::vector<Approval> approvalsIn(Statement& query) {
    std::vector<Approval> approvals;
    while (query.step()) {
        approvals.push_back({query.text(0),
                             query.integer(1) != 0,
                             query.text(2),
                             query.text(3),
                             fromMilliseconds(query.integer(4))});
    }
    return approvals;
}

}  // namespace

std::vector<Approval> approvalsOf(Connection& db,
                                  TaskId task,
                                  const std::string& stage,
                                  const std::string& kind) {
    return approvalsIn(db.prepared("SELECT given_by, approve, bound_to, comment, at FROM approvals "
                                   "WHERE task_id=? AND stage=? AND kind=? ORDER BY id")
                           .bind(raw(task), stage, kind));
}

std::vector<Approval> answersTo(Connection& db, TaskId task, const std::string& bound_to) {
    return approvalsIn(db.prepared("SELECT given_by, approve, bound_to, comment, at FROM approvals "
                                   "WHERE task_id=? AND kind='approval' AND bound_to=? ORDER BY id")
                           .bind(raw(task), bound_to));
}

}  // namespace orch
