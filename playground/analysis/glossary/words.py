"""The words that are no setting and no kind of anything, and what more there is to say of some."""

from __future__ import annotations

from playground.analysis.glossary.keys import GENERAL
from playground.analysis.glossary.topic import Topic
from playground.nn.losses import LEAST_PROBABILITY
from playground.wording import scientific

# One word a row, so that they can be read one after the other.
# fmt: off
WORDS = (
    Topic(GENERAL, "How this window works",
          "On the left you build a network and choose how it learns; press Train and watch the "
          "curves fall. On the right is one example: draw it or pick it, and every view shows "
          "what the network does with it. Point at anything and press F1 to read what it is.",
          see=("neuron", "Training.loss", "backpropagation", "overfitting"),
          also="help start overview"),
    Topic("neuron", "Neuron",
          "A neuron multiplies each of its inputs by a weight, adds a bias, and passes the sum "
          "through an activation. Its output is a single number. Click one in the network to "
          "see its sum worked out.",
          ("a = f(z)", "z = Σ w·x + b"), place="inspector",
          see=("weight", "bias", "weighted_sum", "activation"), also="unit node"),
    Topic("Experiment.layers", "Layer",
          "Neurons side by side that all read the same inputs. The outputs of one layer are the "
          "inputs of the next; those between input and output are called hidden.",
          ("A₂ = f(W₂·A₁ + b₂)",), place="layers",
          see=("Dense", "neuron", "input", "Experiment.output"), also="hidden"),
    Topic("feed_forward", "Feed-forward network",
          "A network whose layers stand in a row: each hands its outputs on to the next, and none "
          "comes back to an earlier layer. Every network that you build here is of this kind.",
          ("ŷ = fₙ(… f₂(f₁(x)))",), place="layers",
          see=("Experiment.layers", "forward", "Dense", "Residual"),
          also="multilayer perceptron mlp feedforward architecture kind"),
    Topic("input", "Input",
          "The numbers that describe one example: the brightness of each pixel, two "
          "coordinates, or four measurements of a flower. Each of them is called a feature.",
          place="hand", see=("example", "DataSettings.standardize"), also="feature x"),
    Topic("Experiment.output", "Output",
          "Its numbers are the network's answer ŷ, one for each class, or the predicted value.",
          ("ŷ = f(z)",), place="layers", see=("Softmax", "Sigmoid", "Identity", "prediction"),
          also="answer ŷ"),
    Topic("prediction", "Prediction",
          "What the network answers for an example. For classes it is the class with the "
          "highest output; that output is how sure the network is, which is not how often it is "
          "right.",
          place="hand", see=("Experiment.output", "calibration", "accuracy"),
          also="answer sure confidence"),
    Topic("weight", "Weight",
          "A number that says how strongly, and in which direction, a neuron reacts to one of "
          "its inputs. Learning means changing the weights.",
          ("z = w₁·x₁ + w₂·x₂ + … + b",), place="lens.weights",
          see=("bias", "parameter", "gradient", "initialization"), also="connection link synapse"),
    Topic("bias", "Bias",
          "A number that a neuron adds to its weighted sum whatever the inputs are. It moves "
          "the point at which the neuron begins to respond.",
          ("z = Σ w·x + b",), place="inspector", see=("weight", "weighted_sum"),
          also="threshold offset"),
    Topic("parameter", "Parameter",
          "Any number that training changes: a weight, a bias, or a scale and shift of batch "
          "normalization. What you choose yourself, such as the learning rate, is called a "
          "hyperparameter.",
          ("parameters of a dense layer = inputs·neurons + neurons",), place="layers",
          see=("weight", "bias"), also="hyperparameter"),
    Topic("multiply_adds", "Multiply-adds",
          "How many products of a weight and a number the network adds up to read one example; it "
          "says how long a step takes. A dense layer uses each weight once. A convolution uses "
          "each at every place of a picture, so it computes much with few parameters.",
          ("of a convolution = places·maps·maps read·kernel²",), place="layers",
          see=("parameter", "Conv2D", "Dense"), also="products cost speed flops"),
    Topic("weighted_sum", "Weighted sum",
          "What a neuron computes before its activation: each input times its weight, all added "
          "up, plus the bias. The sums of the output layer are also called logits.",
          ("z = Σ w·x + b",), place="inspector", see=("activation", "contribution"),
          also="z logit logits preactivation"),
    Topic("contribution", "Contribution",
          "What one input adds to a neuron's weighted sum for the present example. A large "
          "weight on an input of 0 contributes nothing.",
          ("w·x",), place="lens.network", see=("weight", "weighted_sum")),
    Topic("activation", "Activation",
          "The function that turns a neuron's weighted sum into its output. It has to bend: "
          "layers with straight lines only can compute no more than a single layer. The word is "
          "also used for the output itself.",
          ("a = f(z)",), place="layers", see=("ReLU", "Sigmoid", "Tanh", "Softmax"),
          also="nonlinearity"),
    Topic("forward", "Forward pass",
          "The way from the inputs to the answer, one layer after the other.",
          ("A₀ = X", "Aₖ = f(Wₖ·Aₖ₋₁ + bₖ)"), place="lens.step",
          see=("backpropagation", "weighted_sum"), also="inference"),
    Topic("Training.loss", "Loss",
          "Training looks for weights that make it small.",
          place="curves",
          see=("CategoricalCrossEntropy", "LogLoss", "MeanSquaredError", "gradient"),
          also="cost error objective"),
    Topic("gradient", "Gradient",
          "The slope of the loss with respect to every weight and bias: how much the loss would "
          "grow if that number grew a little. Each step moves against it.",
          ("g = ∂L/∂w",), place="lens.step",
          see=("backpropagation", "GradientDescent", "gradient_check"),
          also="slope derivative partial"),
    Topic("backpropagation", "Backpropagation",
          "The way from the loss back to the first layer that finds the whole gradient in one "
          "go: each layer is handed the slope of the loss with respect to its outputs and works "
          "out the slopes of its weights and of its inputs.",
          ("∂L/∂z = ∂L/∂a · f′(z)", "∂L/∂W = ∂L/∂z · xᵀ", "∂L/∂x = Wᵀ · ∂L/∂z"), place="lens.step",
          see=("chain_rule", "gradient", "gradient_check"), also="backprop backward error"),
    Topic("chain_rule", "Chain rule",
          "If a change passes through several functions, its effect is the product of their "
          "slopes. Backpropagation is this rule, applied from the loss to every weight.",
          ("∂L/∂w = ∂L/∂a · ∂a/∂z · ∂z/∂w",), place="inspector",
          see=("backpropagation", "gradient"), also="derivative product"),
    Topic("step", "Step",
          "One update of all weights, from one batch: forward, loss, backward, and the "
          "optimizer's move.",
          ("w ← w − α·g",), place="lens.step",
          see=("Training.batch_size", "epoch", "Training.optimizer"), also="update iteration"),
    Topic("epoch", "Epoch",
          "One pass through all training examples. With small batches, an epoch has many steps.",
          ("steps in an epoch = examples / batch size, rounded up",),
          place="training.stopping.epochs", see=("step", "Training.batch_size")),
    Topic("Training.batch_size", "Batch",
          "Small batches give many rough steps, large ones few exact steps.",
          ("g = 1/m · Σ gᵢ, over the m examples of the batch",),
          see=("step", "epoch", "SGD", "GradientDescent"), also="mini-batch minibatch batch size"),
    Topic("Training.learning_rate", "Learning rate",
          "It is the setting to try first when a network does not learn.",
          ("w ← w − α·g",), see=("Training.optimizer", "Training.schedule", "gradient"),
          also="rate step size alpha α eta"),
    Topic("Training.optimizer", "Optimizer",
          "They differ in how they use the gradients of earlier steps.",
          see=("SGD", "Momentum", "Adam", "Training.learning_rate")),
    Topic("Dropout", "",
          "What stays is scaled up, so that the sums of the next layer keep their size.",
          ("y = x·mask / (1 − rate), mask 0 or 1",), see=("regularization", "overfitting")),
    Topic("BatchNorm", "",
          "",
          ("x̂ = (x − mean) / √(variance + ε)", "y = scale·x̂ + shift"),
          see=("DataSettings.standardize", "vanishing_gradient"), also="batchnorm normalization"),
    Topic("Residual", "",
          "",
          ("y = x + f(x)",), see=("vanishing_gradient", "Dense"), also="skip shortcut"),
    Topic("Dense", "",
          "",
          ("Z = W·X + b", "A = f(Z)"), see=("neuron", "weight", "activation"),
          also="fully connected linear"),
    Topic("regularization", "Regularization",
          "Anything that keeps a network from fitting its training examples too closely: "
          "penalties on large weights (L1, L2), dropout, augmentation, or stopping early.",
          ("L + λ₁·Σ|w| + ½·λ₂·Σw²",), place="training.l2",
          see=("Training.l1", "Training.l2", "Dropout", "overfitting"),
          also="penalty weight decay"),
    Topic("Training.l1", "L1 penalty",
          "Biases are left alone.",
          ("L + λ₁·Σ|w|", "g + λ₁·sign(w)"), see=("regularization", "Training.l2"),
          also="lasso sparse"),
    Topic("Training.l2", "L2 penalty",
          "Biases are left alone.",
          ("L + ½·λ₂·Σw²", "g + λ₂·w"), see=("regularization", "Training.l1", "AdamW"),
          also="ridge weight decay"),
    Topic("Training.clip_norm", "Gradient clipping",
          "The direction stays, only the length changes.",
          ("g ← g · c/‖g‖, where ‖g‖ > c",), see=("exploding_gradient", "Training.learning_rate"),
          also="clip norm"),
    Topic("clipping", "Clipped logarithm",
          "The logarithm of 0 is minus infinity, so a loss that takes the logarithm of a "
          f"probability counts none as less than {scientific(LEAST_PROBABILITY)}. Where softmax or "
          "sigmoid and their own loss are computed together, from the sums z, nothing has to be "
          "clipped.",
          ("L = −ln max(ŷ, ε)", f"ε = {scientific(LEAST_PROBABILITY)}"), place="lens.step",
          see=("CategoricalCrossEntropy", "LogLoss", "Softmax"),
          also="epsilon numerical stability log 0"),
    Topic("initialization", "Initialization",
          "The weights before the first step. They are drawn at random, because neurons that "
          "start alike stay alike; and just large enough that signals neither fade nor grow "
          "from layer to layer.",
          place="layers", see=("He", "Glorot", "Zeros", "symmetric"),
          also="initial weights start random"),
    Topic("Experiment.seed", "Seed",
          "Another seed shows how much of a result was luck.",
          place="newSeedAction", see=("initialization",), also="random reproducible"),
    Topic("frozen", "Frozen",
          "A frozen neuron or layer computes as before, but training does not change its "
          "weights. The error still flows through it to the layers before.",
          place="freezeLayerAction", see=("silenced", "weight"), also="freeze trainable transfer"),
    Topic("body", "Trained layers on other data",
          "The layers before the output turn an example into features, and the output tells "
          "classes apart by them. On a new problem these layers, the body, can begin with what "
          "they have learned elsewhere, and the output begins anew. That helps where there are "
          "few examples and the features fit; the lens of few examples measures it.",
          place="keepBodyAction", see=("frozen", "example", "overfitting"),
          also="transfer learning pretrained fine-tuning tune feature few shot"),
    Topic("silenced", "Silenced",
          "A silenced neuron always outputs 0. The drop in accuracy tells how much the network "
          "relied on it.",
          place="silenceNeuronAction", see=("frozen", "pruning"), also="ablated ablation"),
    Topic("pruning", "Pruning",
          "Setting the smallest weights to 0. Often a large part can go before the accuracy "
          "drops.",
          place="pruneAction", see=("weight", "silenced"), also="sparse"),
    Topic("example", "Example",
          "One picture, point or row of the data, with its right answer y. The answer is called "
          "its label or target.",
          place="lens.data", see=("input", "class"), also="sample row label target y"),
    Topic("class", "Class",
          "One of the possible answers when the task is to tell things apart, such as the ten "
          "digits. Inside the network it is a row of zeros with a single 1 in the place of the "
          "right class.",
          ("class 3 of 5: y = (0, 0, 0, 1, 0), counting from 0",), place="lens.data",
          see=("Softmax", "CategoricalCrossEntropy", "class_imbalance"),
          also="category one-hot label"),
    Topic("DataSettings.name", "Data set", "",
          place="lens.data", see=("example", "training_part"), also="data"),
    Topic("training_part", "Training part",
          "The examples that the network learns from. How well it does on them says little "
          "about how well it does on new ones.",
          place="lens.data", also="training set",
          see=("DataSettings.test_fraction", "DataSettings.validation_fraction", "overfitting")),
    Topic("DataSettings.validation_fraction", "Validation part",
          "Choosing by them uses them up a little, so the final score needs a test part that was "
          "never looked at.",
          see=("training_part", "DataSettings.test_fraction", "overfitting"),
          also="validation set hold-out"),
    Topic("DataSettings.test_fraction", "Test part",
          "",
          place="data.test_fraction", also="test set held-out unseen",
          see=("training_part", "DataSettings.validation_fraction", "overfitting")),
    Topic("Experiment.recipe", "", "The target brings it along.", place="data.task",
          see=("generator",)),
    Topic("DataSettings.noise", "Noise in generated points", "", see=("example", "Noise")),
    Topic("DataSettings.standardize", "Standardize",
          "Inputs on one scale let one learning rate suit all weights.",
          ("x ← (x − mean) / deviation",), see=("unscaled_inputs", "input"),
          also="normalize scale z-score"),
    Topic("Training.augmentation", "Augmentation",
          "The network sees more variety than there are pictures, and overfits later.",
          see=("overfitting", "regularization"), also="augment"),
    Topic("accuracy", "Accuracy",
          "The share of examples whose class is predicted right. Where one class is common, a "
          "high accuracy may mean little.",
          ("accuracy = right answers / examples",), place="curves",
          see=("confusion", "class_imbalance", "precision"), also="score"),
    Topic("Stopping.target_accuracy", "Accuracy to stop at", "", see=("accuracy", "epoch")),
    Topic("r2", "R²",
          "For predicted numbers: how much of their variation the network explains. 1 is "
          "perfect, 0 is no better than always answering the mean.",
          ("R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)²",), place="curves",
          see=("MeanSquaredError", "accuracy"), also="regression coefficient of determination"),
    Topic("reconstruction", "Reconstruction (autoencoder)",
          "A network that is asked for its own input has to give back what it saw. Where its "
          "layers let everything pass, that teaches nothing; squeezed through a few numbers, or "
          "fed with noise, it has to find out what its examples have in common.",
          ("E = mean (x̂ − x)²",), place="hand",
          see=("code", "mean_squared_error", "pca", "Noise"),
          also="autoencoder denoising itself comes back unsupervised"),
    Topic("mean_squared_error", "Mean squared error",
          "Where the input itself is asked for: the squared difference between what comes back "
          "and what went in, on average over all values of all examples. The loss adds the values "
          "of an example up instead, and halves the sum.",
          ("MSE = mean (x̂ − x)²",), place="curves",
          see=("MeanSquaredError", "reconstruction", "r2"), also="mse reconstruction error"),
    Topic("DataSettings.task", "Target", "Labels stay known to the window, which colours examples "
          "by them, but are not told to the network.",
          see=("reconstruction", "class", "MeanSquaredError"), also="target input itself task"),
    Topic("mean_absolute_error", "Mean absolute error",
          "For predicted numbers: how far off the answer typically is, in the unit of the data.",
          ("MAE = mean |ŷ − y|",), place="curves", see=("r2", "MeanSquaredError"), also="MAE"),
    Topic("confusion", "Confusion matrix",
          "A table with a row for each true class and a column for each predicted one. The "
          "diagonal holds the right answers; every other cell is one kind of mistake.",
          place="lens.confusion", see=("accuracy", "precision"), also="mistakes errors"),
    Topic("precision", "Precision and recall",
          "Precision: of all examples given a class, how many belong to it. Recall: of all "
          "examples that belong to it, how many were found. F1 is high only if both are.",
          ("precision = TP / (TP + FP)", "recall = TP / (TP + FN)",
           "F1 = 2·precision·recall / (precision + recall)"),
          place="lens.confusion", see=("confusion", "accuracy"), also="f1 score sensitivity"),
    Topic("calibration", "Calibration",
          "A calibrated network that says 80 % is right in 80 of 100 such cases. Networks are "
          "often surer than they should be.",
          place="lens.confusion", see=("prediction", "Softmax"), also="confidence sure"),
    Topic("overfitting", "Overfitting",
          "The network learns its training examples by heart: the training loss goes on falling "
          "while the test loss rises. More data, a smaller network or regularization help.",
          place="curves", see=("regularization", "DataSettings.test_fraction", "underfitting"),
          also="memorize generalization variance"),
    Topic("underfitting", "Underfitting",
          "The network cannot even learn its training examples: it is too small, or was trained "
          "too little.",
          place="curves", see=("overfitting", "Experiment.layers"), also="bias capacity"),
    Topic("vanishing_gradient", "Vanishing gradient",
          "On the way back each layer multiplies the gradient by its slope. Slopes well below "
          "1, such as the sigmoid's, make it so small that the first layers hardly learn.",
          ("∂L/∂a₁ = ∂L/∂aₙ · Π Wₖ·f′(zₖ)",), place="diagnosis",
          see=("chain_rule", "Sigmoid", "ReLU", "Residual")),
    Topic("exploding_gradient", "Exploding gradient",
          "The opposite: weights that are too large multiply the gradient from layer to layer, "
          "until one step throws the weights far away.",
          place="diagnosis", see=("Training.clip_norm", "He", "vanishing_gradient")),
    Topic("silent_relu", "Silent ReLU",
          "A ReLU whose sum is negative for every example outputs 0 and has slope 0, so "
          "training can no longer change it. It is also called a dead neuron.",
          place="lens.classes", see=("ReLU", "LeakyReLU", "Training.learning_rate"),
          also="dead dying"),
    Topic("saturated", "Saturated neuron",
          "A sigmoid or tanh whose sums are so large that it sits at one end of its range. The "
          "slope there is nearly 0, so it hardly learns.",
          place="lens.classes", see=("Sigmoid", "Tanh", "vanishing_gradient"), also="saturation"),
    Topic("symmetric", "Symmetric weights",
          "Neurons of a layer that start with the same weights get the same gradient and stay "
          "copies of each other. Random initial weights prevent it.",
          place="lens.weights", see=("initialization", "Zeros"), also="symmetry breaking copies"),
    Topic("learning_rate_high", "Learning rate too high",
          "Steps jump across the valley of the loss instead of into it, so the loss zigzags or "
          "grows.",
          place="training.learning_rate", see=("Training.learning_rate", "exploding_gradient"),
          also="diverge overshoot"),
    Topic("learning_rate_low", "Learning rate too low",
          "Every step goes the right way but hardly gets anywhere.",
          place="training.learning_rate", see=("Training.learning_rate", "underfitting"),
          also="slow crawl"),
    Topic("unscaled_inputs", "Unscaled inputs",
          "If one input is a thousand times larger than another, no single learning rate suits "
          "the weights of both.",
          place="data.standardize", see=("DataSettings.standardize",)),
    Topic("class_imbalance", "Rare class",
          "Where one class is rare, a network can ignore it and still have a high accuracy.",
          place="training.balance_classes", see=("accuracy", "precision"),
          also="imbalance unbalanced"),
    Topic("loss_misfit", "Loss that does not suit the output",
          "Squared error behind a sigmoid or softmax: when the output is confidently wrong, its "
          "slope is almost 0, and so is the gradient. Log loss and cross-entropy cancel that "
          "slope.",
          place="training.loss",
          see=("Training.loss", "Sigmoid", "LogLoss", "CategoricalCrossEntropy")),
    Topic("saliency", "Saliency",
          "How much each input matters for an answer: the slope of a class's output with "
          "respect to every pixel, or how far the output drops when a pixel is covered "
          "(occlusion).",
          ("saliency = |∂z_class/∂x|",), place="lens.why", see=("gradient", "maximization"),
          also="attribution input gradient occlusion explain heat map"),
    Topic("class_map", "Class activation map (CAM)",
          "Which places of a network's last maps speak for a class. The maps are added up, each "
          "by its weight for the class where only its mean is read (CAM), else by the mean slope "
          "in its places of how far the class's logit stands above the mean of all, without what "
          "speaks against (Grad-CAM).",
          ("CAM = Σ w·A", "Grad-CAM = ReLU(Σ α·A), α = mean ∂(z − z̄)/∂A"), place="lens.why",
          see=("saliency", "gradient"), also="Grad-CAM heat map attribution localization"),
    Topic("memory", "What is remembered of a step",
          "How strongly what a layer has after a step still pulls on the score of the answer: the "
          "length of the slope, which goes back through all steps behind it. Where it fades to "
          "nothing, the network can neither use the step nor learn from it.",
          ("pull of step t = |∂score / ∂hₜ|",), place="lens.time",
          see=("gradient", "saliency"), also="fading vanishing gradient over time recurrent"),
    Topic("attention", "Share of attention",
          "How much a step takes from another one in a head: the query of the one times the key "
          "of the other, through softmax over all steps, so that the shares of a step add up to "
          "1.",
          ("shares = softmax(q·k / √d)",), place="lens.attention",
          see=("Softmax", "weighted_sum"), also="query key value head self-attention transformer"),
    Topic("read_as_asked", "Read as asked",
          "How much of what a network writes is read as what it was asked for, by a judge that "
          "learned from people's handwriting alone. Nobody can do better than people whom the "
          "judge does not know, except by chance.",
          ("share = characters read as asked / characters written",), place="lens.writing",
          see=("accuracy",), also="judge legible handwriting generate sample temperature"),
    Topic("code", "Code (latent space)",
          "The few numbers in the middle of an autoencoder, from which all that it was given has "
          "to be rebuilt. Alike examples come to lie close together, though nobody told the "
          "network which are alike. What comes back badly is unlike what it was trained on: an "
          "anomaly.",
          ("z = encoder(x), x̂ = decoder(z)",), place="lens.code",
          see=("Code", "pca"), also="autoencoder bottleneck embedding morph interpolation anomaly"),
    Topic("pca", "PCA (principal component analysis)",
          "The orthogonal directions in which examples differ most. With as many of them as a "
          "code has numbers, it is the best that straight lines can do: what an autoencoder "
          "comes back better with is what bending gains.",
          ("x̂ = m + Σ (x − m)·d d",), place="lens.code", see=("code", "r2"),
          also="principal direction linear autoencoder eigenvector"),
    Topic("generator", "Generator and discriminator",
          "Two networks that learn against each other. The generator makes examples out of noise; "
          "the discriminator is shown real and made ones and says which is which. Each is the "
          "other's teacher: the generator goes down the slope of being found out.",
          ("x = G(z), z from N(0, 1)", "L_D = −½·ln D(real) − ½·ln(1 − D(made))",
           "L_G = −ln D(made)"), place="lens.generated",
          see=("share", "coverage", "gradient"), also="adversarial pair GAN noise fake generate"),
    Topic("share", "Judged real",
          "Which share of real examples the discriminator takes for real, and which share of made "
          "ones. Where both lie close together it can hardly tell them apart. It only compares "
          "with what the generator makes now, so it is no measure of how good that is.",
          place="lens.generated", see=("generator", "score", "divergence"),
          also="discriminator deceived believed"),
    Topic("coverage", "What it makes, and mode collapse",
          "How often each class is made, beside its share of the real examples. A generator that "
          "has found a few things that pass for real may make nothing else: its classes collapse. "
          "A smaller rate for it, or more steps of the discriminator, can bring the others back.",
          ("share of a class = made examples read as it / made examples",),
          place="lens.generated", see=("generator", "score"), also="collapse missing classes mode"),
    Topic("score", "Score of what is made",
          "How sure an examiner, who learned from people's digits alone, is of each made picture, "
          "and how evenly it finds every class: from 1 to as many as there are classes.",
          ("score = exp(mean KL(p(class | picture) ‖ p(class)))",), place="lens.generated",
          see=("coverage", "distance"), also="inception score examiner judge"),
    Topic("distance", "Distance from the real ones",
          "How far made pictures are from real ones in what an examiner sees in them: in the means "
          "of its last hidden layer, and in how that varies. 0 at best.",
          ("‖μ₁ − μ₂‖² + tr(C₁ + C₂ − 2·√(C₁·C₂))",), place="lens.generated",
          see=("score",), also="Fréchet inception distance two-sample"),
    Topic("divergence", "Divergence of two densities",
          "How far the made points on the plane lie from where the true ones do, both counted on "
          "a grid: 0 where they are spread alike, 1 where they share no place.",
          ("JS = ½·KL(p ‖ m) + ½·KL(q ‖ m), m = ½·(p + q)",), place="lens.generated",
          see=("generator",), also="Jensen-Shannon density plane"),
    Topic("maximization", "Activation maximization",
          "Changing the input, not the weights, step by step so that a neuron or class responds "
          "more. What comes out shows what it looks for.",
          ("x ← x + s·∂a/∂x",), place="lens.why", see=("saliency", "gradient"),
          also="dreaming more like"),
    Topic("gradient_check", "Gradient check",
          "A test of backpropagation: nudge a weight a little both ways, measure how the loss "
          "changes, and compare that slope with the computed one.",
          ("∂L/∂w ≈ (L(w + h) − L(w − h)) / 2h",), place="checkGradientsAction",
          see=("gradient", "backpropagation"), also="finite difference numerical"),
    Topic("moment", "Moment and run",
          "While it trains, the network of many moments is kept. The timeline leads back to any "
          "of them; training on from one begins another run.",
          place="timeline", see=("epoch", "Training.learning_rate"),
          also="timeline history run branch"),
)
# fmt: on
