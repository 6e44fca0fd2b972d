#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "base/lanes.hpp"
#include "pipeline/alarm.hpp"
#include "pipeline/setup.hpp"
#include "store/store.hpp"

namespace orch {

/// What is known of the disk that holds orchd's state, for people.
struct DiskReport {
    std::uint64_t min_free = 0;         ///< bytes; 0: nobody asks
    std::optional<std::uint64_t> free;  ///< bytes, when last asked; nothing: not known
    std::string reason;                 ///< why no agent, check or deploy begins; empty: they may
};

/// How often the disk is asked.
struct DiskPace {
    Milliseconds counts{std::chrono::seconds{5}};  ///< how long an answer is the truth
    Milliseconds again{std::chrono::seconds{10}};  ///< how soon a short disk is asked again
};

/// Lets agents, checks and deploys begin only while the disk has room for them (setup.min_free).
/// The disk is asked on a lane, since one that hangs blocks whoever asks; what it said counts for a
/// few seconds. While it has no room and somebody waits it is asked again and again; nothing else
/// wakes up. Thread-safe.
class Admission {
public:
    using FreeBytes = std::function<std::uint64_t()>;  ///< throws Error when it is not known

    /// `told` is called after the transaction that wrote the notification. The database says
    /// whether the journal has the beginning of a shortage already.
    Admission(Store& store,
              const Setup& setup,
              Lanes& lanes,
              Alarm& alarm,
              FreeBytes free_bytes,
              std::function<void()> told,
              DiskPace pace = {});

    /// May processes begin? Never blocks. When that is not known (any more) or not so, and
    /// `waiting` says that somebody wants to, it is found out, and the store kicked when it is so.
    [[nodiscard]] bool open(AwakeTime now, const std::function<bool()>& waiting);

    /// Asks again when what is known is old, and waits a moment for the answer.
    [[nodiscard]] DiskReport report();

private:
    struct Seen {
        AwakeTime at;
        std::optional<std::uint64_t> free;
        std::string reason;  ///< empty: there is room
        bool used = false;   ///< by a pass: room counts for one, however slow the disk
    };
    [[nodiscard]] bool known(AwakeTime now) const;
    /// Does nothing while an answer is awaited.
    void ask(AwakeTime now);
    void look();
    [[nodiscard]] Seen see() const;
    /// Journal, notification and the note of it change together, once per change.
    void note(const Seen& seen);
    void lookAgain();

    Store& store_;
    const Setup& setup_;
    Lanes& lanes_;
    Alarm& alarm_;
    FreeBytes free_bytes_;
    std::function<void()> told_;
    DiskPace pace_;
    bool noted_short_;  ///< the lane's own

    mutable std::mutex mutex_;
    std::condition_variable answered_;
    std::optional<Seen> seen_;
    std::optional<AwakeTime> asked_;  ///< since when an answer is awaited
};

}  // namespace orch
