#include "http/problem.hpp"

#include <map>

#include "http/json.hpp"

namespace orch {

std::string reasonPhrase(int status) {
    static const std::map<int, std::string> phrases{
        {200, "OK"},
        {201, "Created"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {411, "Length Required"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {417, "Expectation Failed"},
        {421, "Misdirected Request"},
        {422, "Unprocessable Content"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {505, "HTTP Version Not Supported"},
    };
    const auto found = phrases.find(status);
    return found == phrases.end() ? "Status " + std::to_string(status) : found->second;
}

Reply problem(int status, const std::string& detail) {
    Reply reply = jsonReply({{"type", "about:blank"},
                             {"title", reasonPhrase(status)},
                             {"status", status},
                             {"detail", detail}},
                            status);
    reply.type = "application/problem+json";
    return reply;
}

}  // namespace orch
