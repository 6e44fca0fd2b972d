#pragma once

#include <map>
#include <set>
#include <vector>

#include "core/plugin_backoff.hpp"
#include "core/tick_schedule.hpp"
#include "plugin/tick_statistics.hpp"
#include "plugin/ticked.hpp"

namespace orch {

/// What is due when, for all plugins: the scheduler without its thread. Every function takes the
/// time. An id that has left is ignored everywhere. Not thread-safe.
class TickBook {
public:
    /// What is to be done now; the book takes it for done.
    struct Work {
        std::vector<TickedId> ticks;      ///< to be handed to their plugins
        std::vector<TickedId> cancelled;  ///< whose entry has passed its deadline
        std::vector<QuarantineNote> notes;
        [[nodiscard]] bool empty() const;
    };

    /// It is off until setOn().
    TickedId add(const std::string& plugin, TickRhythm rhythm);
    void remove(TickedId id);
    /// On a new grid from `now` on; an entry under way keeps its deadline.
    void retune(TickedId id, TickRhythm rhythm, const Now& now);
    /// Off: no tick begins. On for the first time: the grid begins and a tick is due at once;
    /// later: at the next point of the grid.
    void setOn(TickedId id, bool on, const Now& now);

    /// The tick that was handed over begins on the plugin's thread.
    void tickBegan(TickedId id, const Now& now);
    /// It will not begin: the plugin was switched off meanwhile, or (with an error: a failure) it
    /// could not be handed over.
    void tickDropped(TickedId id, const std::string& error, const Now& now);
    /// Some other entry begins there.
    void began(TickedId id, const std::string& what, const Now& now);
    /// Whatever entry runs has ended. Past its deadline it has failed already.
    void ended(TickedId id, const EntryEnd& end, const Now& now);

    [[nodiscard]] Work take(const Now& now);
    /// The notes alone.
    [[nodiscard]] std::vector<QuarantineNote> takeNotes();
    /// When take() will have something; nothing while nothing is due ever.
    [[nodiscard]] std::optional<AwakeTime> next() const;

    [[nodiscard]] TickStatus status(TickedId id, const Now& now) const;
    /// One sentence for each plugin with an entry past its deadline.
    [[nodiscard]] std::vector<std::string> hung(const Now& now) const;

private:
    /// What its thread is doing, or should have begun.
    struct Busy {
        std::string what;  ///< "tick", "run of job 7"
        Now since;
        Milliseconds timeout;
        enum class Kind { kHandedTick, kTick, kOther } kind{};
        bool is_hung = false;
        [[nodiscard]] AwakeTime deadline() const { return since.awake + timeout; }
        [[nodiscard]] std::string sentence(const std::string& plugin, const Now& now) const;
    };
    struct Ticked {
        std::string plugin;
        TickRhythm rhythm;
        std::optional<TickSchedule> grid;  ///< nothing: it was never on
        bool on = false;
        AwakeTime due{};      ///< once there is a grid
        bool handed = false;  ///< the tick of `due` has not ended
        std::optional<Busy> busy;
        PluginBackoff backoff;
        LastValues late, took;
        TickStatus counts;
        std::optional<AwakeTime> queued;  ///< under which moment it stands in queue_
        [[nodiscard]] std::optional<AwakeTime> wake() const;
        [[nodiscard]] std::string hung(const Now& now) const;
    };

    [[nodiscard]] Ticked* find(TickedId id);
    /// Puts it where it belongs in the queue, after any change.
    void requeue(TickedId id, Ticked& it);
    void endTick(Ticked& it, const Busy& entry, const Now& now);
    void judge(Ticked& it, const Busy& entry, const EntryEnd& end, const Now& now);
    void failed(Ticked& it, const std::string& error, const Now& now);
    void succeeded(Ticked& it, const Now& now);
    void takeOne(TickedId id, Ticked& it, const Now& now, Work& work);

    std::map<TickedId, Ticked> all_;
    std::set<std::pair<AwakeTime, TickedId>> queue_;
    std::vector<QuarantineNote> notes_;
    std::int64_t last_id_ = 0;
};

}  // namespace orch
