#include "pipeline/desk/creation.hpp"

#include <vector>

#include "base/text.hpp"
#include "pipeline/desk/write_bounded.hpp"
#include "pipeline/work.hpp"
#include "store/journal.hpp"

namespace orch {

namespace {

void refuseUnknownProject(const Setup& setup, const std::string& project) {
    if (setup.projects.contains(project)) return;
    std::vector<std::string> names;
    for (const auto& [name, each] : setup.projects) names.push_back(name);
    throw Refused(Refused::Why::kInvalid,
                  "there is no project " + project +
                      (names.empty() ? ": no project is configured yet (projects: in orch.yaml)"
                                     : " (there are: " + join(names, ", ") + ")"));
}

CreatedTask insert(Tx& tx, const WorkItem& item, const std::string& by, const std::string& stage) {
    const auto made = createTask(tx,
                                 {.project = item.project,
                                  .title = item.title,
                                  .description = item.description,
                                  .stage = stage,
                                  .created_by = by,
                                  .idempotency_key = item.idempotency_key});
    if (!made.created) return made;
    writeJournal(tx,
                 {.actor = "operator:" + by,
                  .subject = name(made.id),
                  .rule = "create",
                  .decision = "created \"" + item.title + "\" for " + item.project,
                  .evidence = {{"stage", stage}}});
    return made;
}

}  // namespace

CreatedTask createFrom(const WorkItem& item,
                       const std::string& by,
                       Store& store,
                       const Setup& setup) {
    refuseUnknownProject(setup, item.project);
    return writeBounded(store, [&setup, item, by](Tx& tx) {
        const auto& first = setup.pipeline.stages.front();
        const auto made = insert(tx, item, by, first.name);
        const auto work = firstWork(first);
        if (made.created && work) enqueueWork(tx, setup, *findTask(tx.db(), made.id), *work);
        return made;
    });
}

}  // namespace orch
