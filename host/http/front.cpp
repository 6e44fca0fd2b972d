#include "http/front.hpp"

#include <algorithm>
#include <iostream>
#include <set>
#include <vector>

#include "base/text.hpp"
#include "http/encode.hpp"
#include "http/json.hpp"
#include "http/problem.hpp"
#include "http/target.hpp"
#include "http/visitor.hpp"

namespace orch {
namespace {

int statusOf(Refused::Why why) {
    switch (why) {
        case Refused::Why::kNotFound:
            return 404;
        case Refused::Why::kInvalid:
            return 422;
        case Refused::Why::kForbidden:
            return 403;
        case Refused::Why::kConflict:
            break;
    }
    return 409;
}

Reply unavailable(const std::string& detail) {
    Reply reply = problem(503, detail);
    reply.headers.emplace_back("Retry-After", "2");
    return reply;
}

/// What stands there, for a program to look at before it asks again.
Reply shownProblem(int status, const NotAsShown& refused) {
    Reply reply = problem(status, refused.what());
    auto document = Json::parse(reply.body);
    document["shown"] = refused.shown();
    document["present"] = standingJson(refused.present());
    reply.body = jsonReply(document).body;
    return reply;
}

/// A bug or an outside nobody foresaw: the caller learns that, the operator the cause.
Reply unexpected(const Request& request, const std::string& what) {
    auto line = "orchd: " + request.method + " " + request.path +
                " failed unexpectedly: " + cleanUtf8(shorten(what, 1000));
    std::replace(line.begin(), line.end(), '\n', ' ');
    std::cerr << line + "\n" << std::flush;
    return problem(500, "orchd met an unexpected error; its standard error says which");
}

bool isBodyType(const std::string& type) {
    const auto media = type.substr(0, type.find_first_of("; \t"));
    return equalIgnoringCase(media, "application/json");
}

std::optional<Reply> bodyTypeProblem(const Head& head) {
    if (head.bodyLength() == 0 || isBodyType(head.one("Content-Type"))) return std::nullopt;
    return problem(415, "send the body as Content-Type: application/json");
}

Reply methodProblem(const std::string& path, const std::vector<Route>& table) {
    std::set<std::string> allowed;
    for (const auto& route : table) {
        if (!matches(route.pattern, path)) continue;
        allowed.emplace(route.method);
        if (route.method == "GET") allowed.emplace("HEAD");
    }
    if (allowed.empty()) {
        return problem(404, "there is nothing at " + path + "; the routes are in docs/api.md");
    }
    const auto methods = join({allowed.begin(), allowed.end()}, ", ");
    Reply reply = problem(405, path + " takes " + methods);
    reply.headers.emplace_back("Allow", methods);
    return reply;
}

const Route* findRoute(Request& request) {
    for (const auto& route : routes()) {
        if (route.method != request.method) continue;
        auto found = matches(route.pattern, request.path);
        if (!found) continue;
        if (!found->empty()) request.id = std::move(found->at(0));
        if (found->size() > 1) request.part = std::move(found->at(1));
        return &route;
    }
    return nullptr;
}

}  // namespace

std::optional<Reply> Front::accessProblem(const Head& head,
                                          const Route& route,
                                          ConnectionProof& proof) const {
    proof.beginOrder();
    if (ConnectionProof::isUsed(head)) return proof.problem(head);
    const bool reads = route.access == Access::kRead;
    if (route.access == Access::kAnybody || (reads && rules_.read_open)) return std::nullopt;
    if (reads && hasReadToken(head, rules_.read_token)) return std::nullopt;
    return tokenProblem(head, rules_.token, reads);
}

std::variant<Front::Admitted, Front::Refusal> Front::admit(const Head& head,
                                                           ConnectionProof& proof) const {
    if (auto wrong = framingProblem(head, rules_.limits)) return Refusal{std::move(*wrong), true};
    // An unread body would be taken for the next request.
    const bool close = head.bodyLength() > 0;
    const auto refuse = [close](Reply reply) { return Refusal{std::move(reply), close}; };
    if (auto wrong = visitorProblem(head, rules_.listen_host)) return refuse(std::move(*wrong));

    const Target target = splitTarget(head.uri);
    Admitted admitted{nullptr, {}};
    Request& request = admitted.request;
    request.method = head.method == "HEAD" ? "GET" : head.method;
    request.path = target.path;
    admitted.route = findRoute(request);
    if (!admitted.route) return refuse(methodProblem(target.path, routes()));
    if (auto wrong = accessProblem(head, *admitted.route, proof)) return refuse(std::move(*wrong));
    if (auto wrong = bodyTypeProblem(head)) return refuse(std::move(*wrong));
    try {
        request.query = readQuery(target.query, admitted.route->query);
        request.idempotency_key = readIdempotencyKey(head);
    } catch (const Rejected& rejected) {
        return refuse(problem(rejected.status(), rejected.what()));
    }
    return admitted;
}

Reply Front::answer(const Admitted& admitted, ConnectionProof& proof) {
    auto reply = answerUnsigned(admitted, proof);
    reply.body = api_.mask.hide(reply.body);  // before it is signed as it will be sent
    proof.sign(reply);
    return reply;
}

Reply Front::answerUnsigned(const Admitted& admitted, ConnectionProof& proof) {
    if (auto wrong = proof.bodyProblem(admitted.request.body)) return std::move(*wrong);
    if (admitted.route->access == Access::kAnybody) return handle(admitted, proof);
    if (!places_.try_acquire_for(kPatience)) return unavailable("too many requests at once");
    Reply reply = handle(admitted, proof);
    places_.release();
    return reply;
}

Reply Front::handle(const Admitted& admitted, ConnectionProof& proof) const {
    try {
        if (admitted.route->handle == nullptr) {
            return proof.challenge(textIn(admitted.request, "nonce"), rules_.token);
        }
        return admitted.route->handle(api_, admitted.request);
    } catch (const Rejected& rejected) {
        return problem(rejected.status(), rejected.what());
    } catch (const NotAsShown& refused) {
        return shownProblem(statusOf(refused.why()), refused);
    } catch (const Refused& refused) {
        return problem(statusOf(refused.why()), refused.what());
    } catch (const StoreError& error) {
        return unavailable(error.what());
    } catch (const RemoteError& error) {
        return problem(502, error.what());
    } catch (const std::exception& error) {
        return unexpected(admitted.request, error.what());
    } catch (...) {
        return unexpected(admitted.request, "not an exception of the standard library");
    }
}

}  // namespace orch
