#include "ctl/context.hpp"

#include <nlohmann/json.hpp>
#include <ostream>

namespace orch::ctl {

Context::Context(std::ostream& output, std::ostream& errors, Terminal screen, Surroundings place)
    : out(output), err(errors), terminal(screen), surroundings(std::move(place)) {}

const Client& Context::orchd() {
    if (client_) return *client_;
    client_.emplace(findEndpoint(endpoint_options, surroundings));
    auto warnings = client_->endpoint().ignored;
    const auto open = openToOthers(client_->endpoint());
    warnings.insert(warnings.end(), open.begin(), open.end());
    for (const auto& sentence : warnings) {
        err << "orchctl: " << harmlessLine(sentence) << '\n';
    }
    return *client_;
}

void Context::print(const nlohmann::json& document) const {
    // Characters beyond ASCII are escaped, so that no terminal takes orders from them.
    out << document.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) << '\n';
}

std::string Context::actor() const {
    if (!by.empty()) return by;
    for (const char* name : {"ORCH_USER", "USER", "LOGNAME"}) {
        if (const auto user = surroundings.variable(name)) return *user;
    }
    return "operator";
}

}  // namespace orch::ctl
