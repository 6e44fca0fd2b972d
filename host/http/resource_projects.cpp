#include <algorithm>

#include "base/text.hpp"
#include "http/encode.hpp"
#include "http/fields.hpp"
#include "http/json.hpp"
#include "http/problem.hpp"
#include "http/resources.hpp"

namespace orch {

Json projectsJson(const Api& api) {
    const auto now = api.clock.now();
    Json list = Json::array();
    for (const auto& project : api.projects()) {
        list.push_back({{"name", project.name},
                        {"state", nameOf(project.state)},
                        {"since", timeJson(project.since, now)},
                        {"cause", project.cause},
                        {"next_look", timeJson(project.next_look, now)},
                        {"sentence", whyClosed(project, now.at)}});
    }
    return list;
}

Reply getProjects(const Api& api, const Request& /*request*/) {
    return jsonReply({{"projects", projectsJson(api)}});
}

Reply postProjectRetry(const Api& api, const Request& request) {
    (void)readFields(request.body, {});
    if (!api.look_at_project(request.id)) {
        throw Rejected(404, "there is no project " + shorten(cleanUtf8(request.id), 60));
    }
    return getProjects(api, request);
}

}  // namespace orch
