#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace orch {

/// A set that forgets its oldest members when there are too many.
class BoundedSet {
public:
    explicit BoundedSet(std::size_t most) : most_(most) {}
    /// False when it is in already.
    bool insert(const std::string& member);
    void erase(const std::string& member);

private:
    std::size_t most_;
    std::set<std::string> members_;
    std::deque<std::string> order_;
};

/// An action that has not worked so far.
struct Failing {
    int times = 0;
    bool begun = false;  ///< its intent stands in the journal
    bool told = false;   ///< people were told
};

/// What was last said about a subject, kept by notify.send.
struct SaidNotice {
    std::string cause;
    Instant first{};  ///< when it was said first
    Instant asked{};  ///< when the plugin last wanted to say it
    int times = 0;
};

/// What the services remember of one plugin, in memory and bounded.
struct PluginMemory {
    BoundedSet observed{4096};                   ///< decisions of mode observe that were journalled
    std::map<std::string, Failing> failing;      ///< by the action's identity
    std::map<std::string, SaidNotice> notices;   ///< by subject
    std::deque<AwakeTime> journalled;            ///< rows of journal.write within the hour
    std::optional<AwakeTime> state_dir_seen;     ///< when its folder was last known to be there
    std::map<std::string, std::int64_t> denied;  ///< method → the generation it was journalled for
};

/// The memories of all plugins. A plugin's own is used by one call at a time, since it has one
/// thread; a lock protects what others ask for.
class ServiceMemory {
public:
    [[nodiscard]] PluginMemory& of(const std::string& plugin);
    /// True when this generation's first call of the method has to be journalled.
    [[nodiscard]] bool noteDenied(const std::string& plugin,
                                  const std::string& method,
                                  std::int64_t generation);
    [[nodiscard]] std::vector<std::string> denied(const std::string& plugin) const;

private:
    mutable std::mutex mutex_;
    std::map<std::string, PluginMemory> plugins_;
};

}  // namespace orch
