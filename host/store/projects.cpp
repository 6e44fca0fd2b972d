#include "store/tasks.hpp"

namespace orch {

int newDeploy(Tx& tx, const std::string& project, TaskId task, const std::string& sha) {
    auto& row = tx.db()
                    .prepared(
                        "INSERT INTO deploys(project, number, task_id, sha, state, created_at) "
                        "SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, 'requested', ?4 "
                        "FROM deploys WHERE project=?1 RETURNING number")
                    .bind(project, raw(task), sha, toMilliseconds(tx.at()));
    row.step();
    const int number = static_cast<int>(row.integer(0));
    row.run();
    return number;
}

void finishDeploy(Tx& tx, const std::string& project, int number, const std::string& state) {
    tx.db()
        .prepared("UPDATE deploys SET state=?, finished_at=? WHERE project=? AND number=?")
        .bind(state, toMilliseconds(tx.at()), project, number)
        .run();
}

void ensureProject(Tx& tx, const std::string& name, const std::string& repository) {
    tx.db()
        .prepared(
            "INSERT INTO projects(name, repository, created_at) VALUES(?, ?, ?) "
            "ON CONFLICT(name) DO UPDATE SET repository=excluded.repository "
            "WHERE repository<>excluded.repository")
        .bind(name, repository, toMilliseconds(tx.at()))
        .run();
}

}  // namespace orch
