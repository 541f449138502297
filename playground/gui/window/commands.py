"""Every command of the window in one table: menus, keys, tool bar and help are made from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Command:
    """One row: what a command is called, how it is reached, what it runs, and when it can.

    Attributes
    ----------
    id
        The ``objectName`` of its action.
    run
        The dotted name, from the window, of the slot that carries it out, or of the menu that it
        opens.
    offer
        The dotted name of what returns an :class:`~playground.gui.desks.offer.Offer`; without one
        the command can always be used.
    also
        Other keys for it, where the first are hard to reach on some keyboards.
    apart
        Whether a line parts it from the command before it.
    group
        Of the commands with the same group, one is checked.
    """

    id: str
    title: str
    tip: str
    run: str
    keys: str = ""
    also: str = ""
    icon: str = ""
    offer: str = ""
    short: str = ""
    group: str = ""
    checkable: bool = False
    apart: bool = False


# One row a command, so that they can be compared.
# fmt: off
MENUS = {
    "&File": (
        Command(id="newAction", title="Ne&w", keys="Ctrl+N",
                run="document.new", tip="Start again with the digits; undo leads back."),
        Command(id="openAction", title="&Open…", keys="Ctrl+O", icon="folder",
                run="document.ask_open", tip="Open a saved experiment with its weights."),
        Command(id="openRecentAction", title="Open recen&t",
                run="recent.menu", offer="recent.offer",
                tip="Open a file that was opened or saved recently."),
        Command(id="recoverAction", title="Recover &unsaved work…",
                run="recovering.look", offer="recovering.offer_look",
                tip="Show what was not saved when Playground ended."),
        Command(id="saveAction", title="&Save", keys="Ctrl+S", icon="save",
                run="document.save", tip="Save the experiment and its weights."),
        Command(id="saveAsAction", title="Save &as…", keys="Ctrl+Shift+S",
                run="document.save_as", tip="Save under another name."),
        Command(id="exportCurvesPngAction", title="Export curves as &PNG…", apart=True,
                run="curves.export_png", tip="Save the curves as a picture."),
        Command(id="exportCurvesCsvAction", title="Export curves as &CSV…",
                run="curves.export_csv", tip="Save the measured figures."),
        Command(id="exportAnimationAction", title="Export training as &GIF…",
                run="animation.ask", offer="animation.offer",
                tip="Save an animation of the lens in view, from the first moment to the last."),
        Command(id="exportDiagramSvgAction", title="Export network as S&VG…",
                run="lens_area.export_diagram_svg",
                tip="Save the drawing of the network as lines that stay sharp at any size."),
        Command(id="exportDiagramPngAction", title="Export &network as PNG…",
                run="lens_area.export_diagram_png",
                tip="Save the drawing of the network as a picture."),
        Command(id="exportReportAction", title="Export a &report…",
                run="reporting.export",
                tip="Save one page to hand in, as PDF or Markdown: settings, results, confusion, "
                    "curves and the drawing of the network."),
        Command(id="scriptAction", title="Show as P&ython…",
                run="scripting.show", offer="scripting.offer",
                tip="The present experiment as a script that runs without the window."),
        Command(id="quitAction", title="&Quit", keys="Ctrl+Q", apart=True,
                run="close", tip="Close the window."),
    ),
    "&Edit": (
        Command(id="undoAction", title="&Undo", keys="Ctrl+Z", icon="undo",
                run="session.past.undo", offer="offers.undo",
                tip="Undo the last change."),
        Command(id="redoAction", title="&Redo", keys="Ctrl+Shift+Z", icon="redo",
                run="session.past.redo", offer="offers.redo",
                tip="Redo the change that was undone."),
        Command(id="historyAction", title="&History…", keys="Ctrl+H", icon="history",
                run="show_history", tip="All that was done, as a list: go back to any of it."),
    ),
    "&Network": (
        Command(id="freezeLayerAction", title="&Freeze the selected layer", keys="Ctrl+L",
                icon="freeze", run="operating.freeze_layer", offer="operating.offer_freeze_layer",
                tip="Training leaves a frozen layer as it is, and improves the others."),
        Command(id="freezeNeuronAction", title="Freeze the selected &neuron", keys="Ctrl+Shift+L",
                run="operating.freeze_neuron", offer="operating.offer_freeze_neuron",
                tip="Training leaves a frozen neuron's weights and bias as they are."),
        Command(id="freezeBodyAction", title="Freeze all &but the output",
                run="operating.freeze_body", offer="operating.offer_freeze_body",
                tip="Training then moves the output alone, on what the other layers have learned."),
        Command(id="silenceNeuronAction", title="&Silence the selected neuron", keys="Ctrl+M",
                icon="mute", run="operating.silence_neuron", offer="operating.offer_silence_neuron",
                tip="A silenced neuron answers 0, which shows what the network can do without it."),
        Command(id="preserveAction", title="&Keep what the network computes", checkable=True,
                run="operating.preserve", apart=True,
                tip="Neurons and layers that are added to a trained network begin so that it "
                    "answers as before, where that is possible. Off, they begin at random."),
        Command(id="addNoiseAction", title="&Add noise…", apart=True,
                run="operating.ask_noise", offer="operating.offer_operation",
                tip="Shake the weights, to see how much of their precision the network needs."),
        Command(id="pruneAction", title="&Prune…",
                run="operating.ask_prune", offer="operating.offer_operation",
                tip="Set the smallest weights to 0, to see how many connections the network "
                    "needs."),
        Command(id="resetLayerAction", title="&Reset a layer…",
                run="operating.ask_reset", offer="operating.offer_operation",
                tip="Give one layer new random weights, and keep what the others have learned."),
        Command(id="checkGradientsAction", title="&Check gradients…", keys="Ctrl+G", apart=True,
                run="operating.show_gradients", offer="operating.offer_operation",
                tip="Compare what backpropagation computes with the measured slope of the loss."),
    ),
    "&Data": (
        Command(id="importDataAction", title="&Import data…", keys="Ctrl+I",
                run="importing.ask_for_file",
                tip="Learn from a table or IDX files of your own; you see first what is read."),
        Command(id="importFolderAction", title="Import a f&older…", keys="Ctrl+Shift+I",
                run="importing.ask_for_folder",
                tip="Learn from a folder of pictures of your own, with a folder for each class."),
        Command(id="openPictureAction", title="Read a pi&cture…",
                run="importing.ask_for_picture", offer="importing.offer_picture",
                tip="Let the network read a single picture, such as a scanned digit."),
        Command(id="pasteAction", title="&Paste picture or table", keys="Ctrl+V",
                run="importing.paste",
                tip="Read the picture, or import the table or file, that was copied elsewhere."),
        Command(id="paintPointsAction", title="Pain&t points",
                run="painting.start_empty",
                tip="Paint points of several classes on an empty plane, and learn to tell them "
                    "apart."),
        Command(id="drawDataAction", title="Dr&aw examples of your own…",
                run="importing.ask_to_draw",
                tip="Draw a few of each class, such as letters, arrows or smileys, and have them "
                    "told apart."),
        Command(id="exportDataAction", title="&Export points as CSV…",
                run="painting.export", offer="painting.offer_export",
                tip="Save the plane's points and their classes as a table."),
        Command(id="ownDrawingsAction", title="My &drawings…", apart=True,
                run="teaching.show_drawings",
                tip="Look at the drawings you taught: correct, delete or export them, and train "
                    "with them."),
        Command(id="keepBodyAction", title="&Keep the trained layers for other data…", apart=True,
                run="operating.ask_for_data", offer="operating.offer_keep_body",
                tip="Use what this network has learned on a new problem: its layers stay, the "
                    "output begins anew."),
        Command(id="downloadDataAction", title="&Get MNIST and more…", apart=True,
                run="downloads.show_sources",
                tip="Fetch published data sets from the internet, or take them from a folder."),
        Command(id="forgetDataAction", title="De&lete this data set…",
                run="importing.forget", offer="importing.offer_forget",
                tip="Delete a data set of your own from this computer."),
    ),
    "&Train": (
        Command(id="trainAction", title="&Train", keys="Ctrl+Return", icon="play",
                run="session.toggle_training", offer="offers.train",
                tip="Start learning, or pause."),
        Command(id="stepBatchAction", title="Step one &batch", keys="Ctrl+.", icon="step",
                short="Step batch", run="session.step_batch", offer="offers.step",
                tip="Take one optimizer step: one batch forward, backward, and one update."),
        Command(id="stepEpochAction", title="Step one &epoch", keys="Ctrl+Shift+.", icon="step",
                short="Step epoch", run="session.step_epoch", offer="offers.step",
                tip="Go once through all training examples, then pause."),
        Command(id="resetAction", title="&Reset", keys="Ctrl+R", icon="reset", apart=True,
                run="session.reset", offer="offers.reset",
                tip="Go back to the same first weights: the same seed repeats the run."),
        Command(id="newSeedAction", title="Reset with a &new seed", keys="Ctrl+Shift+R",
                icon="dice", run="session.reset_with_new_seed", offer="offers.reset",
                tip="Start from other first weights, to see how much luck was in the run."),
    ),
    "&View": (
        Command(id="sideBySideAction", title="Two lenses &side by side", keys="Ctrl+T",
                checkable=True, run="lens_area.set_side_by_side",
                tip="Show two views at once."),
        Command(id="inspectorAction", title="Neuron &inspector", keys="F4",
                checkable=True, run="lens_area.set_inspector_visible",
                tip="All that the selected neuron computes, beside the lens."),
        Command(id="nextLensAction", title="&Next lens", keys="Ctrl+Tab", apart=True,
                run="view.show_next_lens", tip="Look in the next way."),
        Command(id="previousLensAction", title="&Previous lens", keys="Ctrl+Shift+Tab",
                run="view.show_previous_lens", tip="Look in the way before."),
        Command(id="aloneAction", title="Lens &alone", keys="Shift+F11", checkable=True,
                run="view.show_alone",
                tip="Give the lens the whole window: no settings, no canvas, no curves."),
        Command(id="fullScreenAction", title="F&ull screen", keys="F11",
                run="view.toggle_full_screen", tip="Use the whole screen, or go back."),
        Command(id="enlargeTextAction", title="Lar&ger text", keys="Ctrl++", also="Ctrl+=",
                apart=True, run="appearance.enlarge_text", offer="appearance.offer_larger",
                tip="Make all text larger, for a projector or tired eyes."),
        Command(id="shrinkTextAction", title="S&maller text", keys="Ctrl+-",
                run="appearance.shrink_text", offer="appearance.offer_smaller",
                tip="Make all text smaller again."),
        Command(id="usualTextAction", title="Usual te&xt size", keys="Ctrl+0",
                run="appearance.use_usual_text", offer="appearance.offer_smaller",
                tip="Give all text its first size."),
        Command(id="systemThemeAction", title="Follow the s&ystem", group="theme", apart=True,
                run="appearance.choose_theme", tip="Light or dark as the desktop is."),
        Command(id="lightThemeAction", title="&Light", group="theme",
                run="appearance.choose_theme", tip="A light window, good on a projector."),
        Command(id="darkThemeAction", title="&Dark", group="theme",
                run="appearance.choose_theme", tip="A dark window."),
        Command(id="defaultLayoutAction", title="De&fault layout", apart=True,
                run="use_default_layout", tip="Reset the panel sizes."),
    ),
    "&Help": (
        Command(id="firstStepsAction", title="&First steps",
                run="first_steps.show_again",
                tip="Three things to do first, in a line under the tool bar."),
        Command(id="explainAction", title="&What is this?", keys="F1",
                run="explaining.explain",
                tip="Explain what the pointer is over; a right click offers it too."),
        Command(id="glossaryAction", title="&Glossary", keys="Shift+F1",
                run="explaining.show_glossary",
                tip="Every word of this window, with its formula, its curve and its place."),
        Command(id="shortcutsAction", title="&Keyboard shortcuts", keys="Ctrl+F1", apart=True,
                run="help.show_shortcuts", tip="Every key that does something."),
        Command(id="presetAction", title="About the &preset",
                run="help.show_preset", offer="help.offer_preset",
                tip="What the preset that this experiment began as is about."),
        Command(id="dataSourceAction", title="About the &data",
                run="help.show_data_source", tip="Where the data come from, and their licence."),
        Command(id="aboutAction", title="&About Playground",
                run="help.show_about", tip="Version, licence and system."),
    ),
}
# fmt: on
