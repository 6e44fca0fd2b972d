#include "http/framing.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.hpp"
#include "http/problem.hpp"

namespace orch {
namespace {

using Verdict = std::optional<Reply>;

bool isTokenCharacter(char c) {
    constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";  // RFC 9110, 5.6.2
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kOthers.find(c) != std::string_view::npos;
}

bool isToken(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), isTokenCharacter);
}

bool isPrintable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

Verdict requestLineProblem(const Head& head, const FramingLimits& limits) {
    if (head.version != "HTTP/1.1" && head.version != "HTTP/1.0") {
        return problem(505, "this server speaks HTTP/1.1 and HTTP/1.0");
    }
    if (head.uri.size() > limits.uri) {
        return problem(414, "the address is longer than " + formatBytes(limits.uri));
    }
    if (!isToken(head.method) || head.uri.empty() || head.uri[0] != '/' || !isPrintable(head.uri)) {
        return problem(400, "the request line is not \"METHOD /path HTTP/1.1\"");
    }
    return std::nullopt;
}

Verdict fieldsProblem(const Head& head) {
    for (const auto& [name, value] : head.fields) {
        // Names with a space before the colon are read differently by different servers.
        if (!isToken(name)) return problem(400, "a header field has a name that is not allowed");
        if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
            return problem(400, "the header field " + name + " has a line break in its value");
        }
    }
    constexpr std::array<std::string_view, 5> kOnce{
        "Host", "Content-Length", "Content-Type", "Authorization", "Idempotency-Key"};
    for (const auto name : kOnce) {
        if (head.all(name).size() > 1) {
            return problem(400, "the header field " + std::string(name) + " may come only once");
        }
    }
    return std::nullopt;
}

Verdict lengthProblem(const Head& head, const FramingLimits& limits) {
    const auto length = head.one("Content-Length");
    const bool digits =
        std::all_of(length.begin(), length.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return problem(400, "Content-Length is not a number");
    if (length.size() > 18 || head.bodyLength() > limits.body) {
        return problem(413, "the body may have at most " + formatBytes(limits.body));
    }
    return std::nullopt;
}

Verdict bodyProblem(const Head& head, const FramingLimits& limits) {
    const bool has_length = !head.all("Content-Length").empty();
    if (!head.all("Transfer-Encoding").empty()) {
        if (has_length) return problem(400, "Content-Length and Transfer-Encoding contradict");
        return problem(411, "send the body with a Content-Length, not with Transfer-Encoding");
    }
    const bool reads = head.method == "GET" || head.method == "HEAD";
    if (!has_length) {
        if (reads) return std::nullopt;
        return problem(411, "send a Content-Length, 0 when there is no body");
    }
    if (head.one("Content-Length").empty()) return problem(400, "Content-Length is empty");
    if (auto wrong = lengthProblem(head, limits)) return wrong;
    if (reads && head.bodyLength() > 0) return problem(400, "a " + head.method + " takes no body");
    return std::nullopt;
}

}  // namespace

std::optional<Reply> framingProblem(const Head& head, const FramingLimits& limits) {
    if (auto wrong = requestLineProblem(head, limits)) return wrong;
    if (auto wrong = fieldsProblem(head)) return wrong;
    return bodyProblem(head, limits);
}

}  // namespace orch
