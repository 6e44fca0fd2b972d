#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <string>

#include "core/verdict.hpp"
#include "pipeline/janitor/rounds.hpp"
#include "pipeline/janitor_ledger.hpp"
#include "store/store.hpp"

namespace orch {

/// How anything is cleaned up, whatever kind it is: what fails is told once and tried again, what
/// is left alone is named once, what was done is journalled. Thread-safe; what it is given must
/// outlive it.
class CleanUp {
public:
    CleanUp(Store& store, JanitorRounds& rounds);

    /// Runs `work`. What it throws ends here: in the ledger, the journal and another round. `what`
    /// names it in all of them.
    void attempt(const std::string& what, const std::function<void()>& work);
    /// For what orchd does not know: to the ledger, and once to the log.
    void leaveAlone(const std::string& what, const std::string& why);
    /// A row of the journal; when there can be none, its decision goes to the log.
    void journal(const std::string& subject,
                 const std::string& decision,
                 const Evidence& evidence = {});

    [[nodiscard]] JanitorLedger& ledger() { return ledger_; }
    [[nodiscard]] JanitorReport report() const { return ledger_.report(); }

private:
    void failed(const std::string& what, const std::string& why);
    void write(const std::string& subject,
               const std::string& rule,
               const std::string& decision,
               const Evidence& evidence);

    Store& store_;
    JanitorRounds& rounds_;
    JanitorLedger ledger_;
    std::mutex mutex_;
    std::set<std::string> named_;  ///< foreign things that were told of
};

}  // namespace orch
