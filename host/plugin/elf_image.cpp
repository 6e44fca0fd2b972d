#include "plugin/elf_image.hpp"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "base/error.hpp"

namespace orch {

namespace {

#if defined(__x86_64__)
constexpr Elf64_Half kThisMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half kThisMachine = EM_AARCH64;
#elif defined(__riscv)
constexpr Elf64_Half kThisMachine = EM_RISCV;
#endif
constexpr unsigned char kThisOrder =
    __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;

/// Far more than any plugin has; a made-up table must not cost minutes.
constexpr std::uint64_t kMostSymbols = 100'000;
constexpr std::uint64_t kMostDynamic = 10'000;
constexpr std::uint64_t kLongestName = 256;

/// Bytes that end where they end, whatever they say of themselves.
class Bytes {
public:
    explicit Bytes(std::string_view bytes) : bytes_(bytes) {}

    [[nodiscard]] bool has(std::uint64_t offset, std::uint64_t size) const {
        return offset <= bytes_.size() && size <= bytes_.size() - offset;
    }
    template <typename Value>
    [[nodiscard]] Value at(std::uint64_t offset) const {
        static_assert(std::is_trivially_copyable_v<Value>);
        Value value;
        const auto bytes = part(offset, sizeof value);
        std::memcpy(&value, bytes.data(), sizeof value);
        return value;
    }
    /// The text that begins at `offset` and ends with a zero, or is cut.
    [[nodiscard]] std::string_view text(std::uint64_t offset) const {
        const auto rest = part(offset, 0).data();
        const auto room = std::min<std::uint64_t>(bytes_.size() - offset, kLongestName);
        return {rest, strnlen(rest, room)};
    }
    [[nodiscard]] std::string_view part(std::uint64_t offset, std::uint64_t size) const {
        if (has(offset, size)) return bytes_.substr(offset, size);
        throw PluginError("is damaged: it points to byte " + std::to_string(offset) + " of " +
                          std::to_string(bytes_.size()) + "; build it again");
    }

private:
    std::string_view bytes_;
};

class ElfReader {
public:
    explicit ElfReader(std::string_view file) : file_(file) {}

    ElfImage read() {
        readHeader();
        readSegments();
        image_.type = header_.e_type;
        if (dynamic_) readDynamic();
        if (value(DT_SYMTAB) && value(DT_STRTAB)) readSymbols();
        return std::move(image_);
    }

private:
    void readHeader() {
        if (!file_.has(0, sizeof header_) || file_.part(0, SELFMAG) != ELFMAG) {
            throw PluginError("is no shared library: it does not begin as an ELF file does");
        }
        header_ = file_.at<Elf64_Ehdr>(0);
        if (header_.e_ident[EI_CLASS] != ELFCLASS64 || header_.e_ident[EI_DATA] != kThisOrder ||
            header_.e_machine != kThisMachine) {
            throw PluginError("is built for another kind of machine than this one: build it here");
        }
        if (header_.e_phentsize != sizeof(Elf64_Phdr)) {
            throw PluginError("is damaged: its program headers have a size of " +
                              std::to_string(header_.e_phentsize) + "; build it again");
        }
        // Linkers put the table of sections last: a file cut short has lost it.
        const auto sections = std::uint64_t{header_.e_shnum} * header_.e_shentsize;
        wantWhole(header_.e_shoff, sections);
    }

    void readSegments() {
        for (std::uint64_t i = 0; i < header_.e_phnum; ++i) {
            const auto at = header_.e_phoff + i * sizeof(Elf64_Phdr);
            if (at < header_.e_phoff) throw PluginError("is damaged: its headers have no place");
            const auto segment = file_.at<Elf64_Phdr>(at);
            if (segment.p_type == PT_GNU_STACK) image_.stack_flags = segment.p_flags;
            if (segment.p_type == PT_DYNAMIC) dynamic_ = segment;
            if (segment.p_type != PT_LOAD) continue;
            // Reading a page that the file does not have ends the process with SIGBUS.
            wantWhole(segment.p_offset, segment.p_filesz);
            loads_.push_back(segment);
        }
    }

    void wantWhole(std::uint64_t offset, std::uint64_t size) const {
        if (file_.has(offset, size)) return;
        throw PluginError(
            "is cut short: not all of what it says to hold is there; copy or build it again");
    }

    void readDynamic() {
        const auto most = std::min(dynamic_->p_filesz / sizeof(Elf64_Dyn), kMostDynamic);
        const auto begin = offsetOf(dynamic_->p_vaddr);
        for (std::uint64_t i = 0; i < most; ++i) {
            const auto entry = file_.at<Elf64_Dyn>(begin + i * sizeof(Elf64_Dyn));
            if (entry.d_tag == DT_NULL) return;
            image_.dynamic.push_back({entry.d_tag, entry.d_un.d_val});
        }
        throw PluginError("is damaged: its dynamic section has no end; build it again");
    }

    void readSymbols() {
        const auto symbols = offsetOf(*value(DT_SYMTAB));
        const auto names = offsetOf(*value(DT_STRTAB));
        const auto count = countSymbols();
        if (count > kMostSymbols) {
            throw PluginError("has more than " + std::to_string(kMostSymbols) +
                              " dynamic symbols: build it with orch_add_plugin()");
        }
        for (std::uint64_t i = 1; i < count; ++i) {  // the first is none
            const auto symbol = file_.at<Elf64_Sym>(symbols + i * sizeof(Elf64_Sym));
            image_.symbols.push_back({std::string{file_.text(names + symbol.st_name)},
                                      static_cast<unsigned char>(ELF64_ST_BIND(symbol.st_info)),
                                      symbol.st_shndx != SHN_UNDEF,
                                      symbol.st_shndx == SHN_ABS});
        }
    }

    /// The table does not tell its own length; the tables that find a symbol by its hash do.
    [[nodiscard]] std::uint64_t countSymbols() const {
        std::uint64_t count = 0;
        if (const auto gnu = value(DT_GNU_HASH)) count = countByGnuHash(offsetOf(*gnu));
        // Two words: the numbers of buckets and of symbols.
        if (const auto old = value(DT_HASH)) {
            const auto symbols = file_.at<std::uint32_t>(offsetOf(*old) + sizeof(std::uint32_t));
            count = std::max<std::uint64_t>(count, symbols);
        }
        return count;
    }

    /// Four words (buckets, first symbol, size of the filter, shift), the filter, the buckets with
    /// each one's first symbol, and for each symbol a hash that is odd at the end of a bucket.
    [[nodiscard]] std::uint64_t countByGnuHash(std::uint64_t table) const {
        constexpr std::uint64_t kWord = sizeof(std::uint32_t);
        const std::uint64_t buckets = file_.at<std::uint32_t>(table);
        const std::uint64_t first = file_.at<std::uint32_t>(table + kWord);
        const std::uint64_t filter = file_.at<std::uint32_t>(table + 2 * kWord);
        const auto begin = table + 4 * kWord + filter * sizeof(std::uint64_t);
        std::uint64_t last = 0;
        for (std::uint64_t i = 0; i < buckets; ++i) {
            last = std::max<std::uint64_t>(last, file_.at<std::uint32_t>(begin + i * kWord));
        }
        if (last < first) return first;  // it defines nothing that can be found
        const auto chains = begin + buckets * kWord;
        while ((file_.at<std::uint32_t>(chains + (last - first) * kWord) & 1U) == 0) ++last;
        return last + 1;
    }

    [[nodiscard]] std::optional<std::uint64_t> value(std::int64_t tag) const {
        std::optional<std::uint64_t> found;
        for (const auto& entry : image_.dynamic) {
            if (entry.tag == tag) found = entry.value;  // the last one counts, as for the loader
        }
        return found;
    }

    /// Where in the file that is which will be at `address` of the memory.
    [[nodiscard]] std::uint64_t offsetOf(std::uint64_t address) const {
        for (const auto& load : loads_) {
            if (address < load.p_vaddr || address - load.p_vaddr >= load.p_filesz) continue;
            return load.p_offset + (address - load.p_vaddr);
        }
        throw PluginError("is damaged: it points to address " + std::to_string(address) +
                          ", which it does not fill; build it again");
    }

    Bytes file_;
    Elf64_Ehdr header_{};
    std::vector<Elf64_Phdr> loads_;
    std::optional<Elf64_Phdr> dynamic_;
    ElfImage image_;
};

}  // namespace

ElfImage readElf(std::string_view file) {
    return ElfReader(file).read();
}

}  // namespace orch
