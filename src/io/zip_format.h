#pragma once

#include <cstddef>
#include <cstdint>

// The numbers of the zip format that reading and writing share (PKWARE APPNOTE.TXT, section 4.3).

namespace unipic::io {

constexpr uint32_t kZipLocal = 0x04034b50;
constexpr uint32_t kZipDescriptor = 0x08074b50;
constexpr uint32_t kZipCentral = 0x02014b50;
constexpr uint32_t kZipEnd = 0x06054b50;
constexpr uint32_t kZip64End = 0x06064b50;
constexpr uint32_t kZip64Locator = 0x07064b50;

constexpr size_t kZipLocalBytes = 30;  // sizes without names, extra fields and comments
constexpr size_t kZipCentralBytes = 46;
constexpr size_t kZipEndBytes = 22;
constexpr size_t kZip64EndBytes = 56;
constexpr size_t kZip64LocatorBytes = 20;

constexpr uint16_t kZip64Extra = 1;
constexpr uint16_t kZipStored = 0;
constexpr uint16_t kZipEncrypted = 1;           // flag
constexpr uint16_t kZipHasDescriptor = 1 << 3;  // flag
constexpr uint16_t kZipUtf8 = 1 << 11;          // flag

}  // namespace unipic::io
