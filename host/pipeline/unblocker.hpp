#pragma once

#include "core/launcher.hpp"
#include "pipeline/finisher.hpp"

namespace orch {

/// Ends what still runs of attempts that are over by their rows, and then clears the block of the
/// task that waits for it. Thread-safe.
class Unblocker {
public:
    Unblocker(Store& store, Launcher& launcher, Finisher& finisher, Lanes& lanes, Alarm& alarm);

    /// Soon, on a lane, and again until nothing is left. Without a task the attempt blocks nothing
    /// and is ended all the same. Whoever has a shim gets its grace first.
    void end(AttemptKey key, std::optional<TaskId> task);
    /// The same for all that block a task now (after a restart); the first try is made here.
    void endAll();

private:
    struct Ending {
        AttemptKey key;
        std::optional<TaskId> task;
        AwakeTime begun;
        bool asked = false;
    };
    void post(const Ending& ending);
    void step(Ending ending);
    [[nodiscard]] bool endedNow(Ending& ending);
    [[nodiscard]] bool endWithoutFolder(Ending& ending);
    void clear(const Ending& ending);

    Store& store_;
    Launcher& launcher_;
    Finisher& finisher_;
    Lanes& lanes_;
    Alarm& alarm_;
};

}  // namespace orch
