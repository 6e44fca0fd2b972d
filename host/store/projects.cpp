#include "store/tasks.hpp"

namespace orch {

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
