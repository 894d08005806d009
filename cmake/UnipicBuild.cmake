# What every target of the project is compiled with.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The two sloppiness settings let ccache handle precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE_PROGRAM})
endif()

find_program(MOLD_PROGRAM mold)
find_program(LLD_PROGRAM ld.lld)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
elseif(LLD_PROGRAM)
  add_link_options(-fuse-ld=lld)
endif()

if(UNIPIC_SANITIZE)
  add_compile_options(-fsanitize=${UNIPIC_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${UNIPIC_SANITIZE})
endif()
if(UNIPIC_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Warnings are for our own code only: everything foreign is a SYSTEM include.
function(unipic_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wconversion -Wno-sign-conversion)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 sees overlaps and overflows inside std::string and std::vector that are not there (GCC
    # bugs 105651, 107852); clang and the sanitizers watch for real ones.
    target_compile_options(${target} PRIVATE -fpch-preprocess -Wno-restrict -Wno-stringop-overflow
                           -Wno-array-bounds)
    if(UNIPIC_SANITIZE)
      # Instrumented code confuses what GCC knows of initialised variables.
      target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized)
    endif()
  endif()
  if(UNIPIC_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()

function(unipic_precompile target)
  if(UNIPIC_PCH)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()

# Every file below `folder` with one of the endings given; re-globbed when files come and go.
function(unipic_glob result folder)
  set(found)
  foreach(pattern IN LISTS ARGN)
    file(GLOB_RECURSE files CONFIGURE_DEPENDS "${folder}/${pattern}")
    list(APPEND found ${files})
  endforeach()
  set(${result} ${found} PARENT_SCOPE)
endfunction()
