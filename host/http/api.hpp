#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/mask.hpp"
#include "core/plugin_status.hpp"
#include "core/project_status.hpp"
#include "pipeline/admission.hpp"
#include "pipeline/janitor_ledger.hpp"
#include "pipeline/operator.hpp"
#include "store/store.hpp"

namespace orch {

/// What the HTTP server serves. References outlive it; everything is called from its threads.
struct Api {
    Store& store;
    Operator& orders;
    const Clock& clock;
    std::function<std::string()> trouble;  ///< why orchd is not ready, as a sentence; empty: it is
    std::function<DiskReport()> disk;      ///< whether processes may begin
    std::function<JanitorReport()> janitor;  ///< what was cleaned up
    std::function<std::vector<PluginStatus>()> plugins;
    /// Sets the switch that people hold, and waits until it holds; `by` orders it. Throws Refused
    /// (kNotFound) for a name that is none, StoreError when the vote cannot be kept.
    std::function<SwitchAnswer(const std::string& name, bool on, const std::string& by)>
        switch_plugin;
    std::function<std::string()> hung;  ///< a sentence a plugin that does not come back; or empty
    std::filesystem::path state_dir;    ///< absolute
    std::map<std::string, std::string> base_branches;  ///< by project
    std::string config_text;  ///< the configuration in force, without secrets
    std::string config_file;
    int max_concurrency = 0;
    /// What agents and checks are confined by, for people: "checks", or the agent's name, and what.
    std::vector<std::pair<std::string, std::string>> confinement;
    Mask mask;  ///< hides the secrets in whatever is answered
    std::function<std::vector<ProjectStatus>()> projects = [] {
        return std::vector<ProjectStatus>{};
    };
    /// Looks at a project's repository at once, if it is not open; false: there is no such project.
    std::function<bool(const std::string& project)> look_at_project = [](const auto&) {
        return false;
    };
};

}  // namespace orch
