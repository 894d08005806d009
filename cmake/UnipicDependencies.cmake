# What the torch-free layers stand on.

find_package(fmt QUIET)
find_package(nlohmann_json REQUIRED)
find_package(PNG REQUIRED)
find_package(JPEG REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Threads REQUIRED)
find_package(LibArchive REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(WEBP REQUIRED IMPORTED_TARGET libwebp libwebpdemux)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
# Its pkg-config file names its trainer, too.
find_library(SENTENCEPIECE_LIBRARY sentencepiece REQUIRED)
find_path(SENTENCEPIECE_INCLUDE_DIR sentencepiece_processor.h REQUIRED)

if(UNIPIC_SERVER)
  pkg_check_modules(HTTPLIB REQUIRED IMPORTED_TARGET cpp-httplib)
  find_package(OpenSSL REQUIRED)
  find_package(SQLite3 REQUIRED)
endif()

# One fmt for the whole program, compiled once: its code in every file costs a third of the time of
# compiling it. LibTorch's headers bring an fmt of their own, before which the system's must be found.
if(fmt_FOUND)
  get_target_property(fmt_headers fmt::fmt INTERFACE_INCLUDE_DIRECTORIES)
  file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/system_fmt")
  file(CREATE_LINK "${fmt_headers}/fmt" "${PROJECT_BINARY_DIR}/system_fmt/fmt" SYMBOLIC)
  include_directories(BEFORE SYSTEM "${PROJECT_BINARY_DIR}/system_fmt")
endif()

# Without a compiled fmt, as on a machine that has only LibTorch's headers, each file compiles it.
function(unipic_use_fmt target)
  if(fmt_FOUND)
    target_link_libraries(${target} PRIVATE fmt::fmt)
  else()
    target_compile_definitions(${target} PRIVATE FMT_HEADER_ONLY)
  endif()
endfunction()

# The program's allocator: training steps allocate and free thousands of aligned blocks, on which
# glibc's malloc spends a quarter of the time (docs/performance.md). Sanitizers bring their own.
pkg_check_modules(JEMALLOC QUIET IMPORTED_TARGET jemalloc)
if(JEMALLOC_FOUND AND NOT UNIPIC_SANITIZE)
  set(UNIPIC_JEMALLOC ON)
endif()
