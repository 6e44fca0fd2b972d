#pragma once

#include "core/tracker.hpp"

namespace orch {

/// orchd's own tracker: the database holds the items, and `orchctl` and the API show them from
/// there. A state or comment that reached the outbox is shown already, so there is nothing to send.
class BuiltinTracker final : public Tracker {
public:
    [[nodiscard]] std::string kind() const override { return "builtin"; }
    void showState(const std::string& /*item*/,
                   const std::string& /*state*/,
                   const std::string& /*key*/) override {}
    void comment(const std::string& /*item*/,
                 const std::string& /*text*/,
                 const std::string& /*key*/) override {}
};

}  // namespace orch
