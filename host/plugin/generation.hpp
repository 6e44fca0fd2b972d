#pragma once

#include <orch/plugin.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.hpp"
#include "pipeline/alarm.hpp"
#include "plugin/host_face.hpp"

namespace orch {

/// How an entry ended. `error` is a sentence with kFailed.
struct EntryOutcome {
    enum class Kind {
        kWell,
        kFailed,
        kCancelled,  ///< it says that it ended early since it was told to
        kDropped     ///< it never began, or nobody waits for it any more
    };
    Kind kind = Kind::kWell;
    std::string error;
};

/// What an entry is told besides the time.
struct TickOrder {
    std::uint64_t missed = 0;
    bool observe = false, probation = false;
};

/// One loaded copy of a plugin at work: its instance and the one thread that enters it. All
/// functions return at once and may be called by any thread; entries wait for each other in order.
class Generation {
public:
    struct Surroundings {
        std::string speaker;   ///< for people, and nobody else's: "plugin reaper#3"
        Milliseconds timeout;  ///< of an entry; then it is cancelled
        HostFace::Serve serve;
        /// Asked at each entry's beginning; without one no tick begins.
        std::function<std::optional<Permit>()> permit;
        // Around each entry, on its thread, under a lock: must not block or call back.
        std::function<void(const std::string& what)> began;
        std::function<void(const EntryOutcome&)> ended;
        const Clock& clock;
        Alarm& alarm;
    };
    /// Called once, on the generation's thread; must not block. What retire() drops or leaves
    /// behind is kDropped, and retire() calls it.
    using Done = std::function<void(const EntryOutcome&)>;
    using Answered = std::function<void(const EntryOutcome&, const std::string& answer)>;

    /// `table`, clock and alarm outlive this; `table` also whatever a hung entry still does.
    Generation(const orch_plugin& table, Surroundings surroundings);
    /// retire(), patiently, when that was not done.
    ~Generation();
    Generation(const Generation&) = delete;
    Generation& operator=(const Generation&) = delete;

    /// The first entry. `settings`: a JSON object.
    void create(std::string settings, Done done);
    /// Once created: a tick, and the snapshot after it.
    void tick(const TickOrder& order, Done done);
    /// A reserved job (orch.jobs/1); `job` and the answer are JSON objects.
    void run(const TickOrder& order, std::string job, Answered answered);
    /// The entry that lasts now, if any, should return soon and changes nothing more.
    void cancel();

    struct Inside {
        std::string what;
        AwakeTime begun, deadline;
    };
    /// The entry that lasts now.
    [[nodiscard]] std::optional<Inside> inside() const;
    /// The JSON object of the last tick; "{}" before.
    [[nodiscard]] std::string snapshot() const;
    /// The agents whose jobs it runs, out of its table.
    [[nodiscard]] std::vector<std::string> reservedAgents() const;

    /// Ends it: what waits is dropped, what runs is cancelled and waited for, the instance is
    /// destroyed, the thread joined. False when an entry did not return within `patience`: then its
    /// thread is left behind, cut off from orchd, and the library must stay loaded.
    [[nodiscard]] bool retire(Milliseconds patience);

private:
    struct Body;
    void post(std::function<EntryOutcome(Body&, std::string& answer)> run, Answered done);
    [[nodiscard]] bool awaitEnd(Milliseconds patience);

    std::shared_ptr<Body> body_;  ///< shared with the thread, which may be left behind
    std::thread thread_;
};

}  // namespace orch
