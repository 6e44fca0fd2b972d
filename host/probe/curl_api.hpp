#pragma once

#include <curl/curl.h>

namespace orch {

/// The functions of libcurl, which is loaded when it is first asked for: linked, it and the 28
/// libraries behind it would cost every orchd 6 MB and a tenth of a second, whether or not anybody
/// probes. Each member is the function curl_<member>.
struct CurlApi {
    decltype(&curl_global_init) global_init;
    decltype(&curl_easy_init) easy_init;
    decltype(&curl_easy_setopt) easy_setopt;
    decltype(&curl_easy_getinfo) easy_getinfo;
    decltype(&curl_easy_strerror) easy_strerror;
    decltype(&curl_easy_cleanup) easy_cleanup;
    decltype(&curl_multi_init) multi_init;
    decltype(&curl_multi_add_handle) multi_add_handle;
    decltype(&curl_multi_remove_handle) multi_remove_handle;
    decltype(&curl_multi_perform) multi_perform;
    decltype(&curl_multi_poll) multi_poll;
    decltype(&curl_multi_info_read) multi_info_read;
    decltype(&curl_multi_strerror) multi_strerror;
    decltype(&curl_multi_cleanup) multi_cleanup;
    decltype(&curl_slist_append) slist_append;
    decltype(&curl_slist_free_all) slist_free_all;
    decltype(&curl_url) url;
    decltype(&curl_url_cleanup) url_cleanup;
    decltype(&curl_url_get) url_get;
    decltype(&curl_url_set) url_set;
    decltype(&curl_url_strerror) url_strerror;
    decltype(&curl_free) free;
};

/// Loaded, and ready for any thread. Throws Error when there is no libcurl.
[[nodiscard]] const CurlApi& curl();

}  // namespace orch
