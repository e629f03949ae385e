// What the tests ask of Excalidraw, made of its published package by esbuild: a file is opened as the editor opens one, and shown.

import { convertToExcalidrawElements, exportToSvg, restore } from "@excalidraw/excalidraw";

/** What Excalidraw has of a file: its elements, what the arrows hold on to, and the words that it shows. */
window.opened = async function (file) {
    const known = new Set(file.elements.map((element) => element.id));
    const scene = restore(file, null, null, { repairBindings: true, refreshDimensions: true });
    const elements = scene.elements.filter((element) => !element.isDeleted);
    const svg = await exportToSvg({ elements, appState: scene.appState, files: scene.files, skipInliningFonts: true });
    return {
        elements: elements.map((element) => ({
            id: element.id,
            type: element.type,
            name: element.customData && element.customData.name,
            container: element.containerId || null,
            from: element.startBinding ? element.startBinding.elementId : null,
            to: element.endBinding ? element.endBinding.elementId : null,
            bound: (element.boundElements || []).map((bound) => bound.id),
        })),
        strangers: elements.filter((element) => !known.has(element.id)).length,
        words: [...svg.querySelectorAll("text")].map((text) => text.textContent),
        shapes: svg.querySelectorAll("path").length,
        // The editor's own way of making elements takes them, too.
        converted: convertToExcalidrawElements(elements, { regenerateIds: false }).length,
    };
};
