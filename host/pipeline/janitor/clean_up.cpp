#include "pipeline/janitor/clean_up.hpp"

#include <exception>
#include <iostream>

#include "base/error.hpp"
#include "store/journal.hpp"

namespace orch {

CleanUp::CleanUp(Store& store, JanitorRounds& rounds) : store_(store), rounds_(rounds) {}

void CleanUp::attempt(const std::string& what, const std::function<void()>& work) {
    try {
        work();
        if (ledger_.mended(what)) journal("janitor", "cleaning up " + what + " works again");
    } catch (const std::exception& error) {
        failed(what, error.what());
    }
}

void CleanUp::failed(const std::string& what, const std::string& why) {
    rounds_.retry();
    if (!ledger_.failed(what, why, store_.clock().now().at)) return;
    std::cerr << "orchd: cleaning up " << what << " failed, again in 10 min: " << why << "\n";
    write("janitor", "clean_up_failed", "cleaning up " + what + " failed: " + why, {});
}

void CleanUp::leaveAlone(const std::string& what, const std::string& why) {
    if (!ledger_.leftAlone(what, why)) return;
    const std::lock_guard lock(mutex_);
    if (!named_.insert(what).second) return;
    std::cerr << "orchd: janitor: " << what << " is left alone: " << why << "\n";
}

void CleanUp::journal(const std::string& subject,
                      const std::string& decision,
                      const Evidence& evidence) {
    write(subject, "clean_up", decision, evidence);
}

void CleanUp::write(const std::string& subject,
                    const std::string& rule,
                    const std::string& decision,
                    const Evidence& evidence) {
    try {
        store_.write([&](Tx& tx) {
            writeJournal(tx,
                         {.actor = "janitor",
                          .subject = subject,
                          .rule = rule,
                          .decision = decision,
                          .evidence = evidence});
        });
    } catch (const StoreError& error) {
        // It is done: what the journal lacks is said here.
        std::cerr << "orchd: janitor: " << decision << " (not journalled: " << error.what()
                  << ")\n";
    }
}

}  // namespace orch
