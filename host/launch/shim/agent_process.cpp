#include "launch/shim/agent_process.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "base/error.hpp"

namespace orch {

AgentProcess::AgentProcess(const StartSpec& spec) : AgentProcess(spec, makePipe(), makePipe()) {}

AgentProcess::AgentProcess(const StartSpec& spec, Pipe output, Pipe gate)
    : order_{spec.command, spec.folder, spec.environment, spec.confinement, {}, spec.umask},
      child_({order_, &gate, &output.write}) {
    setpgid(child_.pid(), child_.pid());  // the child does it too: whoever is first
    const auto who = identityOf(child_.pid());
    if (!who) throw LaunchError("cannot read who the agent is from /proc");
    who_ = *who;
    fcntl(output.read.get(), F_SETFL, O_NONBLOCK);
    output_ = std::move(output.read);
    gate_ = std::move(gate.write);
}

void AgentProcess::letGo() {
    // A child that is gone already shows as its end.
    (void)!write(gate_.get(), "g", 1);
    gate_.reset();
}

}  // namespace orch
