"""A straight line fitted under several noise models. kl_core comes with this project."""

import numpy as np

import kl_core

# What was on the page
# x and y of each point
points = (
    (0, -4.2),
    (1, -2.3),
    (2, -0.9),
    (4, -0.8),
    (6, -0.2),
    (8, 2.1),
    (9, -9.2),
    (10, 2.8),
)
noises = ["normal", "laplace", "student_t", "heteroscedastic"]
true_line = (-3, 0.6)  # intercept and slope; None: unknown
residual = -2.5
place = 5  # the x of the residual

x, y = np.array(points).T

print("least squares by numpy: slope", np.polyfit(x, y, 1)[0])
for noise in noises:
    line = kl_core.fit_line(x, y, noise, df=3)
    print(noise)
    print("  slope", line.slope, "intercept", line.intercept)
    print("  scale", line.scale, "growth", line.growth, "around x =", line.centre)
    print("  mean negative log-likelihood", line.nats, "nats")
    if true_line:
        a, b = line.intercept - true_line[0], line.slope - true_line[1]
        print("  RMSE to the true line", np.sqrt((a + 5 * b) ** 2 + (10 * b) ** 2 / 12))
    q, middle = line.noise_at(place), line.predict(place)
    print("  loss of the residual", q.log_prob(middle) - q.log_prob(middle + residual), "nats")
