#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "http/encode_plugin.hpp"
#include "http/fields.hpp"
#include "http/json.hpp"
#include "http/orders.hpp"
#include "http/problem.hpp"
#include "http/resources.hpp"

namespace orch {
namespace {

[[noreturn]] void refuseUnknown(const std::string& name, const std::vector<PluginStatus>& plugins) {
    std::vector<std::string> names;
    for (const auto& plugin : plugins) names.push_back(plugin.name);
    const auto near = nearest(name, names);
    auto sentence = "there is no plugin " + shorten(cleanUtf8(name), 60);
    if (near) {
        sentence += ", did you mean " + *near + "?";
    } else {
        sentence +=
            names.empty() ? "; the configuration names none" : "; there are " + join(names, ", ");
    }
    throw Rejected(404, sentence);
}

PluginStatus pluginIn(const Api& api, const Request& request) {
    auto plugins = api.plugins();
    const auto found = std::ranges::find(plugins, request.id, &PluginStatus::name);
    if (found == plugins.end()) refuseUnknown(request.id, plugins);
    return std::move(*found);
}

Reply switchPlugin(const Api& api, const Request& request, bool on) {
    constexpr std::array kRules{FieldRule{"by", Need::kOptional, kLongestName}};
    const auto by = valueOr(readFields(request.body, kRules), "by", "operator");
    const auto name = pluginIn(api, request).name;
    const auto answer = api.switch_plugin(name, on, by);
    return jsonReply({{"on", answer.on},
                      {"sentence", answer.sentence},
                      {"plugin", pluginJson(pluginIn(api, request), api.clock.now())}});
}

}  // namespace

Reply getPlugins(const Api& api, const Request& /*request*/) {
    const auto now = api.clock.now();
    Json list = Json::array();
    for (const auto& plugin : api.plugins()) list.push_back(pluginJson(plugin, now));
    return jsonReply({{"plugins", list}});
}

Reply getPlugin(const Api& api, const Request& request) {
    return jsonReply(pluginJson(pluginIn(api, request), api.clock.now()));
}

Reply postPluginEnable(const Api& api, const Request& request) {
    return switchPlugin(api, request, true);
}

Reply postPluginDisable(const Api& api, const Request& request) {
    return switchPlugin(api, request, false);
}

}  // namespace orch
