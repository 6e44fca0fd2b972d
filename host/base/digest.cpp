#include "base/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/random.h>

#include <array>
#include <cerrno>
#include <span>
#include <system_error>

#include "base/error.hpp"

namespace orch {

namespace {

std::string hexOf(std::span<const unsigned char> bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const auto byte : bytes) {
        text += kDigits[byte >> 4U];
        text += kDigits[byte & 15U];
    }
    return text;
}

void require(int done) {
    if (done != 1) throw Error("cannot compute a SHA-256: OpenSSL refused");
}

}  // namespace

std::string sha256(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    require(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr));
    return hexOf({digest.data(), size});
}

Sha256::Sha256() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    require(context_ ? EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) : 0);
}

void Sha256::add(std::string_view bytes) {
    require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

std::string Sha256::hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    require(EVP_DigestFinal_ex(context_.get(), digest.data(), &size));
    return hexOf({digest.data(), size});
}

std::string hmacSha256(std::string_view key, std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    const auto length = static_cast<int>(key.size());
    if (HMAC(EVP_sha256(), key.data(), length, data, bytes.size(), digest.data(), &size) ==
        nullptr) {
        throw Error("cannot compute a HMAC: OpenSSL refused");
    }
    return hexOf({digest.data(), size});
}

std::string randomHex(std::size_t bytes) {
    std::string random(bytes, '\0');
    for (std::size_t had = 0; had < bytes;) {
        const auto got = getrandom(&random[had], bytes - had, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            throw Error("cannot get random bytes: " + std::generic_category().message(errno));
        }
        had += static_cast<std::size_t>(got);
    }
    return hexOf({reinterpret_cast<const unsigned char*>(random.data()), bytes});
}

bool equalConstantTime(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace orch
