#pragma once

#include <nlohmann/json_fwd.hpp>

#include "http/api.hpp"
#include "http/exchange.hpp"

namespace orch {

/// Of GET /queue too.
[[nodiscard]] nlohmann::ordered_json projectsJson(const Api& api);

// The handlers of http/routes.hpp, one .cpp a resource. They throw Rejected, Refused, StoreError;
// http/front.hpp turns those into problems.

Reply getHome(const Api& api, const Request& request);
Reply getHealth(const Api& api, const Request& request);
Reply getReadiness(const Api& api, const Request& request);

Reply getQueue(const Api& api, const Request& request);
Reply postQueuePause(const Api& api, const Request& request);
Reply postQueueResume(const Api& api, const Request& request);

Reply getTasks(const Api& api, const Request& request);
Reply postTask(const Api& api, const Request& request);
Reply getTask(const Api& api, const Request& request);
Reply getDiff(const Api& api, const Request& request);
Reply getArtefact(const Api& api, const Request& request);
Reply getExplanation(const Api& api, const Request& request);

Reply postApprove(const Api& api, const Request& request);
Reply postReject(const Api& api, const Request& request);
Reply postRework(const Api& api, const Request& request);
Reply postOverride(const Api& api, const Request& request);
Reply postPause(const Api& api, const Request& request);
Reply postResume(const Api& api, const Request& request);
Reply postRetry(const Api& api, const Request& request);
Reply postCancel(const Api& api, const Request& request);

Reply getJobs(const Api& api, const Request& request);
Reply getJob(const Api& api, const Request& request);
Reply postJobCancel(const Api& api, const Request& request);
Reply getLog(const Api& api, const Request& request);

Reply postBackup(const Api& api, const Request& request);

Reply getPlugins(const Api& api, const Request& request);
Reply getPlugin(const Api& api, const Request& request);
Reply postPluginEnable(const Api& api, const Request& request);
Reply postPluginDisable(const Api& api, const Request& request);

Reply getProjects(const Api& api, const Request& request);
Reply postProjectRetry(const Api& api, const Request& request);

Reply getJournal(const Api& api, const Request& request);
Reply getConfig(const Api& api, const Request& request);

}  // namespace orch
