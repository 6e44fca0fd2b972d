#include "pipeline/desk/task_orders.hpp"

#include <utility>

#include "pipeline/desk/write_bounded.hpp"
#include "store/journal.hpp"
#include "store/tasks.hpp"

namespace orch {

void TaskOrders::carryOut(TaskId id,
                          const TaskOrder& order,
                          const std::function<void(Tx&, Task&)>& change) const {
    writeBounded(store_, [id, order, change](Tx& tx) {
        auto task = findTask(tx.db(), id);
        if (!task) throw Refused(Refused::Why::kNotFound, "there is no task " + name(id));
        Evidence evidence{{"stage", task->stage}};
        evidence.insert(evidence.end(), order.evidence.begin(), order.evidence.end());
        change(tx, *task);
        writeJournal(tx,
                     {.actor = "operator:" + order.by,
                      .subject = name(id),
                      .rule = order.verb,
                      .decision = order.verb + " by " + order.by +
                                  (order.text.empty() ? "" : ": " + order.text),
                      .evidence = std::move(evidence)});
    });
    engine_.advance(id);
}

}  // namespace orch
