#pragma once

#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "ctl/client.hpp"
#include "ctl/endpoint.hpp"
#include "ctl/exit_code.hpp"
#include "ctl/terminal.hpp"
#include "ctl/when.hpp"

namespace orch::ctl {

/// What a command has to work with.
class Context {
public:
    Context(std::ostream& output, std::ostream& errors, Terminal screen, Surroundings place);

    /// The orchd that the options and surroundings name; found at the first call.
    [[nodiscard]] const Client& orchd();
    /// `document` on stdout, pretty, whatever bytes its texts hold.
    void print(const nlohmann::json& document) const;
    /// Who gives the order: --by, else the user's name.
    [[nodiscard]] std::string actor() const;

    std::ostream& out;
    std::ostream& err;
    Terminal terminal;
    Surroundings surroundings;
    EndpointOptions endpoint_options;
    bool json = false;
    std::string by;
    WallClock now = std::chrono::system_clock::now();

private:
    std::optional<Client> client_;
};

}  // namespace orch::ctl
