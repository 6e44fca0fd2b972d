#pragma once

#include <map>
#include <mutex>
#include <set>

#include "core/launcher.hpp"
#include "pipeline/finisher.hpp"
#include "pipeline/unblocker.hpp"

namespace orch {

/// What a start does about the attempts of an earlier orchd (QUEUE.md, Q2, Q5), before the worker
/// claims anything.
class Recovery {
public:
    struct Report {
        int adopted = 0, finished = 0, lost = 0, released = 0, folders_removed = 0;
    };

    Recovery(Store& store, Launcher& launcher, Finisher& finisher, Lanes& lanes, Alarm& alarm);

    /// Looks at every row that says running and settles it; all database changes in one
    /// transaction.
    Report run();
    /// Was this attempt taken over by run()? Thread-safe.
    [[nodiscard]] bool adopted(AttemptKey key) const;
    /// Who ends what blocks a task (an attempt whose processes survived), from the start on.
    [[nodiscard]] Unblocker& unblocker() { return unblocker_; }

private:
    struct Decided {
        Job job;
        Adoption adoption;
    };
    [[nodiscard]] std::vector<Decided> decide(const std::vector<Job>& running);
    [[nodiscard]] Adoption decideOne(const Job& job);
    [[nodiscard]] Adoption decideByLook(const Job& job);
    /// What is not known is a reason for nothing: the row goes on running, and is looked at until
    /// something is known.
    [[nodiscard]] Adoption unknown(const Job& job, const std::string& why);
    [[nodiscard]] bool removeStray(AttemptKey key);
    void commit(std::vector<Decided>& decided);
    void watch(const std::vector<Decided>& decided);
    /// Folders of attempts that the database does not know: it may have come out of a backup.
    [[nodiscard]] std::vector<AttemptKey> strayFolders();
    [[nodiscard]] int removeStrayFolders();

    Store& store_;
    Launcher& launcher_;
    Finisher& finisher_;
    Unblocker unblocker_;
    mutable std::mutex mutex_;
    std::set<AttemptKey> adopted_;
    std::map<AttemptKey, std::string> unknown_;  ///< and why
    std::set<AttemptKey> survivors_;             ///< could not be ended: their tasks are blocked
};

}  // namespace orch
