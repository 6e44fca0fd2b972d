#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.hpp"
#include "core/diff_text.hpp"
#include "core/names.hpp"
#include "http/encode.hpp"
#include "http/json.hpp"
#include "http/lookup.hpp"
#include "http/orders.hpp"
#include "http/problem.hpp"
#include "http/resources.hpp"
#include "http/target.hpp"
#include "store/jobs.hpp"
#include "store/tasks.hpp"

namespace orch {
namespace {

constexpr int kJobsShown = 100;

Json liveJobJson(const Api& api, Connection& db, TaskId task, const Now& now) {
    const auto job = liveJobOf(db, task);
    return job ? jobJson(*job, now, isAdopted(api, *job)) : Json();
}

/// The task as lists show it.
Json shownTask(const Api& api, Connection& db, const Task& task) {
    const auto now = api.clock.now();
    return taskJson(task, now, liveJobJson(api, db, task.id, now));
}

Json jobsOf(const Api& api, Connection& db, TaskId task) {
    const auto now = api.clock.now();
    Json list = Json::array();
    for (const auto& job : jobsOfTask(db, task, kJobsShown)) {
        list.push_back(jobJson(job, now, isAdopted(api, job)));
    }
    return list;
}

TaskFilter filterIn(const Request& request) {
    const auto state = textIn(request, "state");
    if (!state.empty() && !fromName<TaskState>(state)) {
        throw Rejected(400, "state takes active, paused, parked, done or cancelled");
    }
    return {textIn(request, "project"),
            textIn(request, "stage"),
            state,
            static_cast<int>(numberIn(request, "limit", {1, 500, 500}))};
}

struct Wish {
    WorkItem item;
    std::string by;
};

Wish readWish(const Request& request) {
    constexpr std::array kRules{
        FieldRule{"project", Need::kRequired, kLongestName},
        FieldRule{"title", Need::kRequired, kLongestTitle},
        FieldRule{"description", Need::kOptional, kLongestText, Lines::kMany},
        FieldRule{"by", Need::kOptional, kLongestName}};
    const auto fields = readFields(request.body, kRules);
    return {{fields.at("project"),
             fields.at("title"),
             valueOr(fields, "description", ""),
             request.idempotency_key},
            valueOr(fields, "by", "operator")};
}

}  // namespace

Reply getTasks(const Api& api, const Request& request) {
    const auto filter = filterIn(request);
    Json list = Json::array();
    api.store.read([&](Connection& db) {
        for (const auto& task : listTasks(db, filter)) list.push_back(shownTask(api, db, task));
    });
    return jsonReply({{"tasks", list}});
}

Reply getTask(const Api& api, const Request& request) {
    const auto id = taskIdIn(request);
    return jsonReply(api.store.read([&](Connection& db) {
        Json task = shownTask(api, db, taskOrThrow(db, id));
        task["jobs"] = jobsOf(api, db, id);
        return task;
    }));
}

Reply postTask(const Api& api, const Request& request) {
    const auto wish = readWish(request);
    const auto created = api.orders.create(wish.item, wish.by);
    Reply reply = jsonReply(api.store.read([&](Connection& db) {
        return shownTask(api, db, taskOrThrow(db, created.id));
    }),
                            created.created ? 201 : 200);
    reply.headers.emplace_back("Location", "/api/v1/tasks/" + name(created.id));
    return reply;
}

Reply getDiff(const Api& api, const Request& request) {
    const auto diff = api.orders.diffOf(taskIdIn(request));
    Reply reply;
    reply.type = "text/plain; charset=utf-8";
    reply.body = "# " + diff.head + " on " + diff.base + "\n" + cleanUtf8(diff.diff.text);
    if (diff.diff.cut) reply.body += kDiffCut;
    return reply;
}

Reply getArtefact(const Api& api, const Request& request) {
    const auto id = taskIdIn(request);
    api.store.read([&](Connection& db) { return taskOrThrow(db, id); });
    const auto artefact = api.orders.artefactOf(id, shorten(cleanUtf8(request.part), 200));
    Reply reply;
    reply.type = "text/plain; charset=utf-8";
    reply.body = cleanUtf8(artefact.content);
    // What an approval of it says in `shown`.
    reply.headers.emplace_back("ETag", "\"" + artefact.hash + "\"");
    return reply;
}

Reply getExplanation(const Api& api, const Request& request) {
    const auto id = taskIdIn(request);
    api.store.read([&](Connection& db) { return taskOrThrow(db, id); });
    return jsonReply(explanationJson(api.orders.explain(id)));
}

}  // namespace orch
