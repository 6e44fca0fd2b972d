#pragma once

#include <string>

namespace orch {

/// Where a project's work items are shown to people. Calls may block and come from the outbox
/// runner, retried until they return; each carries an idempotency key. Throws RemoteError.
class Tracker {
public:
    virtual ~Tracker() = default;
    [[nodiscard]] virtual std::string kind() const = 0;
    /// Shows where an item stands: a stage's name, "done", "parked" or "cancelled".
    virtual void showState(const std::string& item,
                           const std::string& state,
                           const std::string& key) = 0;
    virtual void comment(const std::string& item,
                         const std::string& text,
                         const std::string& key) = 0;
};

/// Where orchd tells people that it needs them. Throws RemoteError.
class Notifier {
public:
    virtual ~Notifier() = default;
    virtual void send(const std::string& subject,
                      const std::string& text,
                      const std::string& key) = 0;
};

}  // namespace orch
