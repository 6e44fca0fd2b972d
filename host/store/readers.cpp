#include "store/readers.hpp"

#include "base/error.hpp"

namespace orch {
namespace {

constexpr std::size_t kKept = 4;

}  // namespace

std::unique_ptr<Connection> Readers::takeKept() {
    const std::lock_guard lock(mutex_);
    if (kept_.empty()) return nullptr;
    auto connection = std::move(kept_.back());
    kept_.pop_back();
    return connection;
}

std::unique_ptr<Connection> Readers::take() {
    auto connection = takeKept();
    if (!connection)
        connection = std::make_unique<Connection>(file_, Connection::Mode::kRead, mask_);
    connection->prepared("BEGIN").bind().run();
    return connection;
}

void Readers::giveBack(std::unique_ptr<Connection> connection) noexcept {
    try {
        connection->resetStatements();
        connection->prepared("ROLLBACK").bind().run();
    } catch (const StoreError&) {
        return;  // A connection that cannot end its snapshot is closed, which ends it.
    }
    const std::lock_guard lock(mutex_);
    if (kept_.size() < kKept) kept_.push_back(std::move(connection));
}

}  // namespace orch
