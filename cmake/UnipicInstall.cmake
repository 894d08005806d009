# `cmake --install`: the program, the library, the public headers and find_package(unipic).

include(CMakePackageConfigHelpers)

set(config_folder ${CMAKE_INSTALL_LIBDIR}/cmake/unipic)
install(TARGETS unipic unipic_foundation EXPORT unipicTargets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
# The program finds LibTorch where it was when the program was built.
set_target_properties(unipic_program PROPERTIES INSTALL_RPATH "${TORCH_INSTALL_PREFIX}/lib")
install(TARGETS unipic_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY include/unipic DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY assets/ DESTINATION ${CMAKE_INSTALL_DATADIR}/unipic)
install(EXPORT unipicTargets NAMESPACE unipic:: DESTINATION ${config_folder})

configure_package_config_file(cmake/unipicConfig.cmake.in ${PROJECT_BINARY_DIR}/unipicConfig.cmake
                              INSTALL_DESTINATION ${config_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/unipicConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/unipicConfig.cmake ${PROJECT_BINARY_DIR}/unipicConfigVersion.cmake
        DESTINATION ${config_folder})
