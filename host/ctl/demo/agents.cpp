#include "ctl/demo/agents.hpp"

#include "ctl/demo/greeter_files.hpp"

namespace orch::ctl {

namespace {

constexpr const char* kCommon = R"(# What the demo's stand-ins for coding agents share.
set -eu
runs=$(cd "$(dirname "$0")/../runs" && pwd)
run=$ORCH_JOB.$ORCH_ATTEMPT

note() {
    printf '%s %s %s %s\n' "$1" "$run" "$ORCH_STAGE" "$$" >>"$runs/ledger"
}

# Is another run of this task alive? Nothing may ever see that. A lock says so whatever process
# table each of them is in; it ends with whatever the run started.
overlaps() {
    exec 9>>"$runs/lock"
    ! flock --nonblock 9
}

begin() {
    if overlaps; then note overlap; fi
    note start
    echo "$ORCH_TASK $ORCH_STAGE: $1"
}

# Thinks for a moment, as long as the demo is on.
think() {
    if [ -e "$runs/stop" ]; then exit 1; fi
    sleep "$1"
}

# Waits until the demo lets it go on; some minutes at most.
wait_for_go() {
    tries=0
    while [ ! -e "$runs/go" ]; do
        tries=$((tries + 1))
        if [ "$tries" -gt 2400 ]; then exit 1; fi
        think 0.1
    done
}

end() {
    note end
    echo "$ORCH_TASK $ORCH_STAGE: done"
}

commit() {
    git add --all
    git -c user.name="Demo Developer" -c user.email=developer@localhost -c commit.gpgsign=false \
        commit --quiet --message="$1"
}
)";

constexpr const char* kAnalyst = R"(. "$(dirname "$0")/common"
begin "reading the task"
think 0.4
{
    echo "# Analysis of $ORCH_TASK"
    echo
    echo "src/greeter.c has a table of languages. One line for French is missing, and its test."
} >"$ORCH_ARTEFACT"
end
)";

constexpr const char* kArchitect = R"(. "$(dirname "$0")/common"
begin "thinking about the design"
think 0.4
{
    echo "# Architecture of $ORCH_TASK"
    echo
    echo "The table stays: a row with the code \"fr\" in src/greeter.c, a case in tests/."
} >"$ORCH_ARTEFACT"
end
)";

constexpr const char* kDeveloper = R"(. "$(dirname "$0")/common"

told() {
    if grep -qF "$1" "$ORCH_PROMPT_FILE"; then return 0; fi
    echo "nobody told me: $1"
    exit 1
}

begin "writing code on $ORCH_BRANCH"
if ! grep -q '"fr"' src/greeter.c; then
    wait_for_go
    sed -i 's/^    {"de", "Hallo"},$/&\n    {"fr", "Bonjour"},/' src/greeter.c
    commit "Greet in French"
elif ! grep -q '"fr"' tests/greeter_test.c; then
    told 'no test for the new language'
    think 0.3
    # Wrong, as first drafts are: the greeting ends with an exclamation mark.
    sed -i 's/^    expect("de", .*$/&\n    expect("fr", "Bonjour, Ada.");/' tests/greeter_test.c
    commit "Test the French greeting"
else
    told 'expected "Bonjour, Ada." but got "Bonjour, Ada!"'
    think 0.3
    sed -i 's/"Bonjour, Ada\."/"Bonjour, Ada!"/' tests/greeter_test.c
    commit "Expect the exclamation mark"
fi
end
)";

constexpr const char* kReviewer = R"(. "$(dirname "$0")/common"
begin "reading the change"
think 0.4
head=$(git rev-parse HEAD)
if grep -q '"fr"' tests/greeter_test.c; then
    printf '{"verdict": "approve", "head": "%s", "findings": []}\n' "$head" >"$ORCH_ARTEFACT"
else
    printf '{"verdict": "reject", "head": "%s", "findings": ["%s"]}\n' "$head" \
        "no test for the new language" >"$ORCH_ARTEFACT"
fi
end
)";

}  // namespace

void writeAgents(const DemoFolder& folder) {
    const SmallFile files[] = {{"common", kCommon},
                               {"analyst.sh", kAnalyst},
                               {"architect.sh", kArchitect},
                               {"developer.sh", kDeveloper},
                               {"reviewer.sh", kReviewer}};
    for (const auto& file : files) {
        replaceFile(folder.agents() / file.path, file.content, Sync::kNo, file.mode);
    }
}

}  // namespace orch::ctl
