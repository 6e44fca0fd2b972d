#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "orch/services.hpp"

namespace orch {

/// The C side of the one call: keeps what came, answers what it was told to.
struct Wire {
    std::string method, request;
    std::string reply = "{}";
    std::int32_t status = ORCH_OK;
    std::vector<std::string> logged;

    [[nodiscard]] Host host() const { return Host{table}; }
    /// Whether the request is this JSON, whatever the order of its members.
    [[nodiscard]] bool askedFor(const std::string& json) const {
        return nlohmann::json::parse(request) == nlohmann::json::parse(json);
    }

    orch_host table{sizeof(orch_host), ORCH_ABI, this, &Wire::log, &Wire::call, &Wire::extension};

    Wire() = default;
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

private:
    static void log(void* context, std::int32_t level, orch_text text) {
        auto& self = *static_cast<Wire*>(context);
        self.logged.push_back(std::to_string(level) + " " + std::string{text.data, text.size});
    }
    static std::int32_t call(void* context, orch_text method, orch_text request, orch_sink sink) {
        auto& self = *static_cast<Wire*>(context);
        self.method.assign(method.data, method.size);
        self.request.assign(request.data, request.size);
        const auto half = self.reply.size() / 2;  // a sink may be written to in pieces
        sink.write(sink.context, self.reply.data(), half);
        sink.write(sink.context, self.reply.data() + half, self.reply.size() - half);
        return self.status;
    }
    static const void* extension(void*, const char*) { return nullptr; }
};

}  // namespace orch
