#include "pipeline/desk/house_orders.hpp"

#include "pipeline/desk/refusals.hpp"
#include "pipeline/desk/write_bounded.hpp"
#include "store/journal.hpp"

namespace orch {

void HouseOrders::setQueue(bool paused, const std::string& by) {
    writeBounded(store_, [paused, by](Tx& tx) {
        setQueuePaused(tx, paused);
        const std::string verb = paused ? "pause" : "resume";
        writeJournal(tx,
                     {.actor = "operator:" + by,
                      .subject = "queue",
                      .rule = verb,
                      .decision = verb + " by " + by,
                      .evidence = {}});
    });
}

BackupMade HouseOrders::backUp(const std::filesystem::path& file,
                               const std::string& by,
                               const BackupRest& rest) {
    const std::unique_lock alone(backing_up_, std::try_to_lock);
    if (!alone) refuse("a backup is being made already: wait for it");
    auto made = orch::backUp(store_, file, rest);
    writeBounded(store_, [by, file, made](Tx& tx) {
        writeJournal(tx,
                     {.actor = "operator:" + by,
                      .subject = "database",
                      .rule = "backup",
                      .decision = "backup to " + file.string() + " by " + by,
                      .evidence = {{"bytes", std::to_string(made.bytes)}, {"check", made.check}}});
    });
    return made;
}

}  // namespace orch
