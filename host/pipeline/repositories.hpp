#pragma once

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/lanes.hpp"
#include "core/forge.hpp"
#include "core/project_status.hpp"
#include "pipeline/alarm.hpp"
#include "store/store.hpp"

namespace orch {

/// The project is not open. Nothing was asked of its repository, so nothing is charged to anybody:
/// the one who gets this looks again when it opens (Repositories::whenOpen).
class ProjectHeld : public Error {
    using Error::Error;
};

/// Between two looks at one that is held: doubles from `first` to `most`, up to a quarter less.
struct LookPace {
    Milliseconds first{std::chrono::seconds{1}};
    Milliseconds most{std::chrono::minutes{1}};
};

/// The repositories by project. A Forge is had only while its project is open, and is used on the
/// project's lane only. One that cannot be opened is held: it is looked at again, ever less often,
/// and the others are served. Thread-safe.
class Repositories {
public:
    Repositories(Store& store, Lanes& lanes, Alarm& alarm, LookPace pace = {});

    /// Before openAll() only. `forge` must outlive this.
    void add(const std::string& project, Forge& forge);
    /// Called on the project's lane each time it opens; may throw: then it is called again. Before
    /// openAll() only.
    void whenOpen(std::function<void(const std::string& project)> call);
    /// `told` is called when there is something to tell people. Before openAll() only.
    void whenTold(std::function<void()> told);
    /// Looks at each for the first time, a few side by side on their lanes. Never blocks.
    void openAll();
    /// Looks at once, when it is not open. False: there is no such project.
    bool lookNow(const std::string& project);

    /// Throws ProjectHeld unless it is open; RemoteError (not retryable) for a project no longer
    /// configured.
    [[nodiscard]] Forge& of(const std::string& project) const;
    /// After a call failed, on the project's lane: asks the repository once more what a start asks.
    /// Throws ProjectHeld when the answer closes the project; otherwise the failure was the call's.
    void recheck(const std::string& project);
    /// Throws ProjectHeld for a project that is configured and not open.
    void requireOpen(const std::string& project) const;

    [[nodiscard]] bool knows(const std::string& project) const;
    [[nodiscard]] std::set<std::string> closed() const;
    /// By name.
    [[nodiscard]] std::vector<ProjectStatus> statuses() const;
    /// whyClosed() of the project; empty as well for one that is not configured.
    [[nodiscard]] std::string whyClosed(const std::string& project) const;

    [[nodiscard]] static std::string laneOf(const std::string& project) {
        return "repository:" + project;
    }
    [[nodiscard]] Lanes& lanes() const { return lanes_; }

private:
    struct Entry {
        Forge* forge;
        ProjectStatus status;
        int failures = 0;
        bool looked = false;           ///< once at least
        bool posted = false;           ///< a look waits on the lane
        std::set<std::string> told{};  ///< causes of this hold that are written down
    };
    void postLook(const std::string& project);
    void beginLooks();
    void lookOnLane(const std::string& project);
    void look(const std::string& project);
    void hold(const std::string& project, const std::string& cause);
    void opened(const std::string& project);
    void wake(const std::string& project);
    void noteHold(const std::string& project, const std::string& cause);
    void noteOpened(const std::string& project);
    void restore(const std::string& project);
    [[nodiscard]] Milliseconds delayAfter(int failures) const;

    Store& store_;
    Lanes& lanes_;
    Alarm& alarm_;
    LookPace pace_;
    std::vector<std::function<void(const std::string&)>> when_open_;
    std::function<void()> told_ = [] {};
    mutable std::mutex mutex_;
    std::map<std::string, Entry> entries_;
    std::deque<std::string> waiting_;  ///< to be looked at
    int looking_ = 0;
};

}  // namespace orch
