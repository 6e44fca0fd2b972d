#include "probe/curl_api.hpp"

#include <dlfcn.h>

#include <string>

#include "base/error.hpp"

namespace orch {
namespace {

constexpr auto kLibrary = "libcurl.so.4";

[[noreturn]] void fail(const std::string& why) {
    throw Error("probes need libcurl, which cannot be used: " + why +
                "; on Debian the package libcurl4 has it");
}

void* loaded() {
    // Never closed: its threads and those of OpenSSL may outlive any probe.
    void* library = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) fail(dlerror());
    return library;
}

template <class Function>
void find(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(library, name));
    if (function == nullptr) fail(std::string(kLibrary) + " has no " + name);
}

CurlApi made() {
    CurlApi api{};
    void* in = loaded();
    find(in, "curl_global_init", api.global_init);
    find(in, "curl_easy_init", api.easy_init);
    find(in, "curl_easy_setopt", api.easy_setopt);
    find(in, "curl_easy_getinfo", api.easy_getinfo);
    find(in, "curl_easy_strerror", api.easy_strerror);
    find(in, "curl_easy_cleanup", api.easy_cleanup);
    find(in, "curl_multi_init", api.multi_init);
    find(in, "curl_multi_add_handle", api.multi_add_handle);
    find(in, "curl_multi_remove_handle", api.multi_remove_handle);
    find(in, "curl_multi_perform", api.multi_perform);
    find(in, "curl_multi_poll", api.multi_poll);
    find(in, "curl_multi_info_read", api.multi_info_read);
    find(in, "curl_multi_strerror", api.multi_strerror);
    find(in, "curl_multi_cleanup", api.multi_cleanup);
    find(in, "curl_slist_append", api.slist_append);
    find(in, "curl_slist_free_all", api.slist_free_all);
    find(in, "curl_url", api.url);
    find(in, "curl_url_cleanup", api.url_cleanup);
    find(in, "curl_url_get", api.url_get);
    find(in, "curl_url_set", api.url_set);
    find(in, "curl_url_strerror", api.url_strerror);
    find(in, "curl_free", api.free);
    const auto ready = api.global_init(CURL_GLOBAL_DEFAULT);
    if (ready != CURLE_OK) fail(api.easy_strerror(ready));
    return api;
}

}  // namespace

const CurlApi& curl() {
    static const CurlApi api = made();
    return api;
}

}  // namespace orch
