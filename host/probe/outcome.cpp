#include "probe/outcome.hpp"

#include <cerrno>
#include <memory>
#include <system_error>

#include "base/text.hpp"
#include "probe/curl_api.hpp"

namespace orch {
namespace {

using Url = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

std::string partOf(const Url& url, CURLUPart part) {
    char* text = nullptr;
    if (curl().url_get(url.get(), part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return "";
    const std::unique_ptr<char, decltype(&curl_free)> owned(text, curl().free);
    return text;
}

std::string wordsOf(int error) {
    return std::generic_category().message(error);
}

JudgedProbe noConnection(const ProbeEnd& end) {
    const auto where = end.target.text();
    if (end.os_error == ECONNREFUSED) {
        return {ProbeOutcome::kRefused, where + " refused the connection"};
    }
    if (end.os_error == ECONNRESET) {
        return {ProbeOutcome::kReset, where + " reset the connection"};
    }
    if (end.os_error == ETIMEDOUT) {
        return {ProbeOutcome::kConnectTimeout, "no connection to " + where + ": timed out"};
    }
    // What is not known says nothing of the other side.
    return {ProbeOutcome::kNoRoute,
            "no way to " + where +
                (end.os_error != 0 ? ": " + wordsOf(end.os_error) : " from this machine")};
}

JudgedProbe tooLate(const ProbeEnd& end) {
    const auto within = " within " + spokenDuration(end.timeout);
    if (!end.resolved) {
        return {ProbeOutcome::kNameNotResolved,
                "the name " + end.target.host + " was not resolved" + within};
    }
    if (!end.connected) {
        return {ProbeOutcome::kConnectTimeout, "no connection to " + end.target.text() + within};
    }
    return {ProbeOutcome::kAnswerTimeout,
            "connected to " + end.target.text() + ", but no whole answer" + within};
}

JudgedProbe noTls(const ProbeEnd& end) {
    const auto where = end.target.text();
    if (end.os_error == ECONNRESET) return {ProbeOutcome::kReset, where + " reset the connection"};
    return {
        ProbeOutcome::kTls,
        "TLS with " + where + " failed: " + curl().easy_strerror(static_cast<CURLcode>(end.code))};
}

JudgedProbe noWholeAnswer(const ProbeEnd& end) {
    return {ProbeOutcome::kReset,
            end.target.text() + " closed the connection before a whole answer"};
}

JudgedProbe ownTrouble(const ProbeEnd& end) {
    return {ProbeOutcome::kNoRoute,
            std::string("the probe failed here: ") +
                curl().easy_strerror(static_cast<CURLcode>(end.code)) +
                (end.os_error != 0 ? " (" + wordsOf(end.os_error) + ")" : "")};
}

}  // namespace

ProbeTarget targetOf(const std::string& url) {
    const Url parsed(curl().url(), curl().url_cleanup);
    ProbeTarget target;
    const auto code = curl().url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0);
    if (code != CURLUE_OK) {
        target.wrong = std::string("the URL cannot be read: ") + curl().url_strerror(code);
        return target;
    }
    const auto scheme = partOf(parsed, CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https") {
        target.wrong = "the URL must begin with http:// or https://";
    }
    target.host = partOf(parsed, CURLUPART_HOST);
    target.port = partOf(parsed, CURLUPART_PORT);
    return target;
}

JudgedProbe judgeProbe(const ProbeEnd& end) {
    if (end.full) return {ProbeOutcome::kAnswered, ""};
    switch (end.code) {
        case CURLE_OK:
            return {ProbeOutcome::kAnswered, ""};
        case CURLE_URL_MALFORMAT:
            return {ProbeOutcome::kBadUrl, "the URL cannot be read"};
        case CURLE_COULDNT_RESOLVE_HOST:
            return {ProbeOutcome::kNameNotResolved,
                    "the name " + end.target.host + " cannot be resolved"};
        case CURLE_COULDNT_CONNECT:
            return noConnection(end);
        case CURLE_OPERATION_TIMEDOUT:
            return tooLate(end);
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_INVALIDCERTSTATUS:
            return noTls(end);
        case CURLE_GOT_NOTHING:
        case CURLE_PARTIAL_FILE:
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
            return noWholeAnswer(end);
        case CURLE_UNSUPPORTED_PROTOCOL:  // "HTTP/0.9 when not allowed"
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_BAD_CONTENT_ENCODING:
            return {ProbeOutcome::kReset, "what " + end.target.text() + " answered is not HTTP"};
        default:
            return ownTrouble(end);
    }
}

}  // namespace orch
