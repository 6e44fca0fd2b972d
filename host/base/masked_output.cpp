#include "base/masked_output.hpp"

#include <array>
#include <iostream>
#include <mutex>
#include <streambuf>

namespace orch {

namespace {

class MaskedLines final : public std::streambuf {
public:
    MaskedLines(const Mask& mask, std::ostream& stream)
        : mask_(mask), stream_(stream), under_(stream.rdbuf(this)) {}
    MaskedLines(const MaskedLines&) = delete;
    MaskedLines& operator=(const MaskedLines&) = delete;
    ~MaskedLines() override {
        stream_.rdbuf(under_);
        const std::lock_guard lock(mutex_);
        show(line_);
    }

protected:
    std::streamsize xsputn(const char* bytes, std::streamsize count) override {
        const std::lock_guard lock(mutex_);
        line_.append(bytes, static_cast<std::size_t>(count));
        const auto end = line_.rfind('\n') + 1;  // 0 when there is none
        show(std::string_view{line_}.substr(0, end));
        line_.erase(0, end);
        return count;
    }
    int_type overflow(int_type c) override {
        if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
        const char one = traits_type::to_char_type(c);
        return xsputn(&one, 1) == 1 ? c : traits_type::eof();
    }
    int sync() override {
        const std::lock_guard lock(mutex_);
        return under_->pubsync();
    }

private:
    void show(std::string_view text) {
        if (text.empty()) return;
        const auto shown = mask_.hide(text);
        under_->sputn(shown.data(), static_cast<std::streamsize>(shown.size()));
        under_->pubsync();
    }

    const Mask mask_;
    std::ostream& stream_;
    std::streambuf* under_;
    std::mutex mutex_;
    std::string line_;
};

}  // namespace

struct MaskedOutput::Impl {
    explicit Impl(const Mask& mask)
        : out(mask, std::cout), errors(mask, std::cerr), log(mask, std::clog) {}
    MaskedLines out, errors, log;
};

MaskedOutput::MaskedOutput(const Mask& mask) : impl_(std::make_unique<Impl>(mask)) {}

MaskedOutput::~MaskedOutput() = default;

}  // namespace orch
