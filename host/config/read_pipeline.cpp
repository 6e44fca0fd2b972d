#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "config/names.hpp"
#include "config/readers.hpp"

namespace orch {

namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr auto kMonth = hours(24 * 30);

/// States a task may also be in, so that no stage may be called so.
constexpr std::array<std::string_view, 6> kReserved{
    "done", "parked", "paused", "cancelled", "active", "new"};

std::string problemOfStageName(const std::string& name) {
    if (std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end()) {
        return "\"" + name + "\" is the name of a task's state: take another one for the stage";
    }
    return problemOfName(name);
}

void readMerge(Section& stage_section, StageDef& stage) {
    stage.merge = stage_section.has("merge");
    auto section = stage_section.section("merge");
    (void)section.only("style", "merge", "this release merges with a merge commit (merge) only");
    stage.retest_on_base_change =
        section.flag("retest_on_base_change", stage.retest_on_base_change);
    section.finish();
}

void readOnRed(Section section, StageDef& stage) {
    stage.on_red.to = section.plain("to", stage.name, problemOfName);
    stage.on_red.limit = section.number("limit", stage.on_red.limit, 1, 100);
    section.finish();
}

StageDef readStage(Section& section) {
    StageDef stage;
    section.require("name", "every stage has one");
    stage.name = section.plain("name", "", problemOfStageName);
    stage.agent = section.plain("agent", "", problemOfName);
    stage.artefact = section.plain("artefact", "", problemOfFileName);
    stage.check = section.command("check", {});
    stage.check_timeout =
        section.duration("check_timeout", stage.check_timeout, seconds(1), kMonth);
    readMerge(section, stage);
    stage.gates = section.plainTexts("gate", problemOfName);
    readOnRed(section.section("on_red"), stage);
    stage.grace = section.duration("grace", stage.grace, seconds(0), kMonth);
    section.finish();
    return stage;
}

void checkTwins(const std::vector<StageDef>& stages, Section& pipeline) {
    for (std::size_t i = 0; i < stages.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const auto key = "stages[" + std::to_string(i) + "]";
            const auto other = "stages[" + std::to_string(j) + "]";
            if (!stages[i].name.empty() && stages[i].name == stages[j].name) {
                pipeline.problem(key + ".name", other + " has this name already");
            }
            if (!stages[i].artefact.empty() && stages[i].artefact == stages[j].artefact) {
                pipeline.problem(key + ".artefact", other + " leaves a file of this name already");
            }
        }
    }
}

}  // namespace

bool readPipeline(Section& root, Config& config) {
    auto section = root.section("pipeline");
    auto& pipeline = config.pipeline;
    pipeline.rework_limit = section.number("rework_limit", pipeline.rework_limit, 1, 1000);
    const bool given = section.has("stages");
    auto stages = section.list("stages");
    if (given) pipeline.stages.clear();
    for (auto& stage : stages) pipeline.stages.push_back(readStage(stage));
    checkTwins(pipeline.stages, section);
    section.finish();
    return given;
}

}  // namespace orch
