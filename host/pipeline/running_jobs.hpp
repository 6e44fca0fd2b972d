#pragma once

#include <map>
#include <mutex>

#include "base/sighting.hpp"
#include "core/launcher.hpp"
#include "pipeline/in_hand.hpp"
#include "pipeline/setup.hpp"
#include "store/running_rows.hpp"
#include "store/store.hpp"

namespace orch {

/// One attempt whose row says running, as it was seen just now. What is not known says so.
struct RunningJob {
    RunningRow row;
    bool same_boot = true;
    bool same_host = true;   ///< the same pid namespace of the same host: its pids mean something
    bool starting = false;   ///< in hand (in_hand.hpp): nothing below was looked at
    Milliseconds running{};  ///< awake time since it began, or, where the row does not tell or is
                             ///< of another boot, since this object first saw it
    std::optional<Milliseconds> limit;  ///< its own: the timeout with its grace, as configured now
    Glance folder;                      ///< lock and exit record
    Sighting agent;                     ///< by identity; dead without a look after another boot
    std::string agent_why;              ///< nameOf(SeenBy), "lock_held", "other_boot", "other_host"
    int others = 0;                     ///< living processes of its group, besides the agent
};

/// Looks at whatever runs and changes nothing. Thread-safe; blocks on files and /proc.
class RunningJobs {
public:
    /// Of orchd itself, by the same code: unless it is alive, nothing of the same look counts.
    struct Seen {
        Sighting self;
        std::vector<RunningJob> jobs;  ///< by id
    };

    RunningJobs(Store& store, const Setup& setup, const Launcher& launcher, const InHand& in_hand);

    /// One row or folder that cannot be read is unknown, or left out where nothing may be done to
    /// it, and the others are told of all the same (X2). Throws StoreError.
    [[nodiscard]] Seen look();

    /// One of them; nothing when that attempt does not run any more. Throws StoreError.
    [[nodiscard]] std::optional<RunningJob> look(AttemptKey key);

private:
    /// Above so many a held lock says enough: it proves the attempt alive whatever a pid says.
    static constexpr std::size_t kFew = 256;

    [[nodiscard]] RunningJob lookAt(RunningRow row, bool few, ProcessLook& processes) const;
    void lookAtAgent(RunningJob& job, bool few, ProcessLook& processes) const;
    [[nodiscard]] std::optional<Milliseconds> limitOf(const RunningRow& row) const;
    void setAges(std::vector<RunningJob>& jobs, AwakeTime now);
    [[nodiscard]] std::optional<AwakeTime> sinceOf(const RunningJob& job) const;

    Store& store_;
    const Setup& setup_;
    const Launcher& launcher_;
    const InHand& in_hand_;
    std::optional<ProcessIdentity> self_;

    std::mutex mutex_;
    std::map<AttemptKey, AwakeTime> first_seen_;  ///< since when each runs, as far as we know
};

}  // namespace orch
