#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <set>

namespace orch {

/// What an entry into a plugin carries from its start on: it may do something only as long as the
/// gate is still in this epoch. Made by a gate alone.
struct Permit {
    std::int64_t epoch{};
    auto operator<=>(const Permit&) const = default;
};

/// The steps of a plugin's gate, as a value: CommitGate puts a lock around them. An epoch ends when
/// the gate is shut or its permits are revoked, and never comes back.
class GateState {
public:
    [[nodiscard]] bool isOpen() const { return open_; }
    [[nodiscard]] std::optional<Permit> permit() const;
    [[nodiscard]] bool permits(Permit permit) const;
    /// False: it must not be done. True: endAct() follows.
    [[nodiscard]] bool beginAct(Permit permit);
    void endAct(Permit permit);

    void open() { open_ = true; }
    /// No permit given so far holds from here on.
    void revoke() { ++epoch_; }
    /// The same, and none is given until it is opened. Shut already: nothing changes.
    void shut();
    /// No act of an epoch before `epoch` runs any more.
    [[nodiscard]] bool settled(std::int64_t epoch) const;
    [[nodiscard]] std::int64_t epoch() const { return epoch_; }

private:
    bool open_ = false;
    std::int64_t epoch_ = 1;
    std::multiset<Permit> acting_;
};

}  // namespace orch
