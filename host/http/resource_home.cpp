#include "http/problem.hpp"
#include "http/resources.hpp"

namespace orch {

Reply getHome(const Api& /*api*/, const Request& /*request*/) {
    Reply reply;
    reply.type = "text/html; charset=utf-8";
    reply.body = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>orchd</title></head><body>
<h1>orchd )" ORCH_VERSION R"(</h1>
<p>An orchestrator of a development pipeline. This is its API; the command line is <code>orchctl</code> (<code>orchctl --help</code>).</p>
<ul>
<li><a href="/queue">/queue</a>: what runs and what waits</li>
<li><a href="/api/v1/tasks">/api/v1/tasks</a>: the tasks</li>
<li><a href="/api/v1/jobs">/api/v1/jobs</a>: their jobs</li>
<li><a href="/api/v1/plugins">/api/v1/plugins</a>: the behaviours, and who switched them off</li>
<li><a href="/api/v1/journal">/api/v1/journal</a>: who did what, and why</li>
<li><a href="/api/v1/config">/api/v1/config</a>: the configuration in force</li>
<li><a href="/healthz">/healthz</a>, <a href="/readyz">/readyz</a></li>
</ul>
<p>Whatever changes something needs the token from the file <code>token</code> in orchd's state folder. All routes: docs/api.md.</p>
</body></html>
)";
    return reply;
}

}  // namespace orch
