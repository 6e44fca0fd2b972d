#include <array>

#include "http/lookup.hpp"
#include "http/orders.hpp"
#include "http/resources.hpp"

namespace orch {

Order readOrder(const Request& request, Need comment) {
    const std::array rules{FieldRule{"by", Need::kOptional, kLongestName},
                           FieldRule{"comment", comment, kLongestText, Lines::kMany}};
    const auto fields = readFields(request.body, rules);
    return {valueOr(fields, "by", "operator"), valueOr(fields, "comment", "")};
}

namespace {

/// An order that answers to a verdict says what its giver was shown.
Answer readAnswer(const Request& request, Need comment) {
    const std::array rules{FieldRule{"by", Need::kOptional, kLongestName},
                           FieldRule{"comment", comment, kLongestText, Lines::kMany},
                           FieldRule{"shown", Need::kOptional, kLongestName}};
    const auto fields = readFields(request.body, rules);
    return {valueOr(fields, "by", "operator"),
            valueOr(fields, "comment", ""),
            valueOr(fields, "shown", "")};
}

using Verb = void (*)(Operator&, TaskId, const Order&);

Reply perform(const Api& api, const Request& request, Need comment, Verb verb) {
    const auto id = taskIdIn(request);
    verb(api.orders, id, readOrder(request, comment));
    return getTask(api, request);
}

}  // namespace

Reply postApprove(const Api& api, const Request& request) {
    api.orders.approve(taskIdIn(request), readAnswer(request, Need::kOptional));
    return getTask(api, request);
}

Reply postReject(const Api& api, const Request& request) {
    api.orders.reject(taskIdIn(request), readAnswer(request, Need::kRequired));
    return getTask(api, request);
}

Reply postRework(const Api& api, const Request& request) {
    return perform(api, request, Need::kRequired, [](Operator& o, TaskId id, const Order& order) {
        o.rework(id, order.by, order.comment);
    });
}

Reply postOverride(const Api& api, const Request& request) {
    api.orders.overrule(taskIdIn(request), readAnswer(request, Need::kRequired));
    return getTask(api, request);
}

Reply postPause(const Api& api, const Request& request) {
    return perform(api, request, Need::kOptional, [](Operator& o, TaskId id, const Order& order) {
        o.pause(id, order.by, order.comment);
    });
}

Reply postResume(const Api& api, const Request& request) {
    return perform(api, request, Need::kOptional, [](Operator& o, TaskId id, const Order& order) {
        o.resume(id, order.by);
    });
}

Reply postRetry(const Api& api, const Request& request) {
    return perform(api, request, Need::kOptional, [](Operator& o, TaskId id, const Order& order) {
        o.retry(id, order.by);
    });
}

Reply postCancel(const Api& api, const Request& request) {
    return perform(api, request, Need::kOptional, [](Operator& o, TaskId id, const Order& order) {
        o.cancel(id, order.by, order.comment);
    });
}

}  // namespace orch
